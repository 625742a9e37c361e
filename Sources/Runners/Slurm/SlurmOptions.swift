import Model

/// The options of an agent's `--runner slurm`.
struct SlurmOptions: Equatable {
  let partition: String?
  let account: String?
  let qos: String?
  /// The generic resource that stands for parts of a device, and how many of it a device has.
  let shares: Shares?
  /// The directory of Slurm's commands.
  let bin: String?
  /// Further arguments of `sbatch`.
  let runOptions: [String]

  static let taken = [
    RunnerOption("partition", .word("NAME"), "Partition of the jobs; Slurm's default when not given"),
    RunnerOption("account", .word("NAME"), "Account of the jobs; the user's default when not given"),
    RunnerOption("qos", .word("NAME"), "Quality of service; the account's default when not given"),
    RunnerOption(
      "share_gres", .word("NAME:N"),
      "Generic resource of which N are one GPU; whole GPUs alone when not given"),
    RunnerOption("bin", .word("/PATH"), "Directory of Slurm's commands; PATH is searched when not given"),
    RunnerOption(
      "run_options", .arguments(of: allowed), "Further options of sbatch, --NAME=VALUE, blanks between them"),
  ]

  /// What a site may need and what takes nothing out of Berth's hands.
  private static let allowed: Set<String> = [
    "--constraint", "--prefer", "--reservation", "--licenses", "--nice", "--exclude", "--nodelist", "--time",
    "--wckey", "--tmp", "--gres-flags", "--hint", "--switches", "--cpu-freq",
  ]

  init(_ options: RunnerOptions) throws(RunFailure) {
    partition = options["partition"]
    account = options["account"]
    qos = options["qos"]
    shares = try options["share_gres"].map { text throws(RunFailure) in try Shares(text) }
    bin = options["bin"]
    runOptions = options.arguments("run_options")
    if let word = runOptions.first(where: { !$0.contains("=") && $0 != "--nice" }) {
      throw RunFailure(
        exitCode: 125, "The slurm runner's option `run_options` takes \(word) as \(word)=VALUE.")
    }
  }

  struct Shares: Equatable {
    let name: String
    let perDevice: Int

    /// From `shard:4`.
    init(_ text: String) throws(RunFailure) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let count = Int(parts[1]), count > 0 else {
        throw RunFailure(
          exitCode: 125,
          "The slurm runner's option `share_gres` is a name and how many a device has, such as shard:4.")
      }
      name = String(parts[0])
      perDevice = count
    }
  }
}

extension SlurmOptions {
  /// What an order's devices are in `--gres`; nil when it has none.
  func gres(of order: Order) throws(RunFailure) -> String? {
    let whole = order.gpus.count { $0.share == .one }
    var parts = whole > 0 ? ["gpu:\(whole)"] : []
    let partial = order.gpus.filter { $0.share != .one }
    if !partial.isEmpty {
      guard let shares else {
        throw RunFailure(
          exitCode: 125,
          "This node's partition has no parts of GPUs: ask for whole ones, or give its agent's runner the "
            + "option share_gres, such as shard:4.")
      }
      let count = partial.reduce(0) { $0 + ($1.share.value * shares.perDevice + 999) / 1000 }
      parts.append("\(shares.name):\(count)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ",")
  }

  /// The arguments of `sbatch` for an order's job.
  func submission(of order: Order, comment: String, script: String) throws(RunFailure) -> [String] {
    var arguments = [
      "--parsable", "--job-name=\(SlurmComment(comment)?.jobName ?? order.deploymentName)",
      "--comment=\(comment)", "--nodes=1", "--ntasks=1",
      "--cpus-per-task=\(max(1, (order.cpu.value + 999) / 1000))", "--no-requeue", "--chdir=/",
      "--input=/dev/null",
      // The script sends its output to a file itself: a path given here would be a pattern, and a job that is
      // started a second time would empty the file.
      "--output=/dev/null",
    ]
    if order.ram > .zero { arguments.append("--mem=\((order.ram.value * 1024 + 999) / 1000)M") }
    if let gres = try gres(of: order) { arguments.append("--gres=\(gres)") }
    if let partition { arguments.append("--partition=\(partition)") }
    if let account { arguments.append("--account=\(account)") }
    if let qos { arguments.append("--qos=\(qos)") }
    return arguments + runOptions + [script]
  }
}
