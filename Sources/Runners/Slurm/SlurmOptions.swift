import JSON
import Model
import POSIX

/// What an agent's `--runner slurm` may be given.
struct SlurmOptions: Equatable {
  var partition: String?
  var account: String?
  var qos: String?
  /// The generic resource that stands for parts of a device, and how many of it a device has.
  var shares: (name: String, perDevice: Int)? {
    shareName.map { ($0, sharesPerDevice) }
  }
  private var shareName: String?
  private var sharesPerDevice = 0
  /// The directory of Slurm's commands.
  var bin: String?
  /// Further arguments of `sbatch`.
  var runOptions: [String] = []

  private static let names = ["partition", "account", "qos", "share_gres", "bin", "run_options"]

  /// What a site may need and what takes nothing out of Berth's hands.
  private static let allowed = [
    "--constraint", "--prefer", "--reservation", "--licenses", "--nice", "--exclude", "--nodelist", "--time",
    "--wckey", "--tmp", "--gres-flags", "--hint", "--switches", "--cpu-freq",
  ]

  init(_ options: JSONObject) throws(RunFailure) {
    for member in options.members {
      guard Self.names.contains(member.key) else {
        throw RunFailure(
          exitCode: 125,
          "The slurm runner has no option `\(member.key)`: it takes \(Self.names.joined(separator: ", ")).")
      }
    }
    partition = try Self.word("partition", in: options)
    account = try Self.word("account", in: options)
    qos = try Self.word("qos", in: options)
    bin = try Self.word("bin", in: options)
    if let text = try Self.word("share_gres", in: options) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let count = Int(parts[1]), count > 0 else {
        throw RunFailure(
          exitCode: 125,
          "The slurm runner's option `share_gres` is a name and how many a device has, such as shard:4.")
      }
      shareName = String(parts[0])
      sharesPerDevice = count
    }
    runOptions = try Self.runOptions(options["run_options"])
  }

  private static func word(_ name: String, in options: JSONObject) throws(RunFailure) -> String? {
    guard let value = options[name] else { return nil }
    guard let text = value.string, !text.isEmpty, !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
    else {
      throw RunFailure(exitCode: 125, "The slurm runner's option `\(name)` is a word without spaces.")
    }
    return text
  }

  private static func runOptions(_ value: JSONValue?) throws(RunFailure) -> [String] {
    guard let value else { return [] }
    // A flag of the command line has one string; a file may have a list.
    let words =
      value.array?.compactMap(\.string) ?? value.string?.split(separator: " ").map(String.init) ?? []
    for word in words {
      let name = word.prefix { $0 != "=" }
      guard allowed.contains(String(name)), word.contains("=") || name == "--nice" else {
        throw RunFailure(
          exitCode: 125,
          "The slurm runner's `run_options` has no \(word): it takes \(allowed.joined(separator: ", ")), each "
            + "written as --name=value.")
      }
    }
    return words
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
