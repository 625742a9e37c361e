import Model
import POSIX

/// The capacity of a partition of Slurm's: all its nodes together.
enum SlurmCapacity {
  /// Asks `sinfo`.
  static func detect(_ options: SlurmOptions) throws(RunFailure) -> MachineCapacity {
    let scratch: String
    do throws(Errno) { scratch = try Directory.makeTemporary(prefix: "berth-slurm-") } catch {
      throw RunFailure(exitCode: 125, "Slurm cannot be asked for its nodes: \(error).")
    }
    defer { try? Directory.removeTree(scratch) }
    let answer = SlurmCommands(bin: options.bin, scratch: scratch)
      .run("sinfo", ["--noheader", "--Node", "--format=%N|%P|%c|%m|%G|%T"], seconds: 20)
    switch answer {
    case .done(let text): return try read(text, partition: options.partition)
    case .absent:
      throw RunFailure(
        exitCode: 127,
        "There is no sinfo on this machine: install Slurm's commands, or name their directory with the "
          + "runner's option bin.")
    case .refused, .silent:
      throw RunFailure(
        exitCode: 125,
        "Slurm's controller does not tell of its nodes: \(answer.reason); see that slurmctld and munge run.")
    }
  }

  /// From `%N|%P|%c|%m|%G|%T`, a line for each node of each partition; the default one has a `*`.
  static func read(_ text: String, partition: String?) throws(RunFailure) -> MachineCapacity {
    var seen: Set<Substring> = []
    var (cores, mebibytes, gpus) = (0, 0, 0)
    var name = partition
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false)
      guard fields.count == 6 else { continue }
      let isDefault = fields[1].hasSuffix("*")
      let its = isDefault ? fields[1].dropLast() : fields[1]
      guard partition.map({ its == $0 }) ?? isDefault, !isAway(fields[5]), seen.insert(fields[0]).inserted
      else { continue }
      name = String(its)
      cores += number(fields[2])
      mebibytes += number(fields[3])
      gpus += devices(fields[4])
    }
    guard let name, !seen.isEmpty else {
      throw RunFailure(
        exitCode: 125,
        partition.map { "Slurm has no partition \($0) with a node that is up: see sinfo." }
          ?? "Slurm has no default partition with a node that is up: name one with the runner's option partition."
      )
    }
    var capacity = MachineCapacity(cpu: cores, ram: Thousandths(mebibytes * 1000 / 1024), gpus: gpus)
    capacity.labels = [StringPair(key: "slurm_partition", value: name)]
    return capacity
  }

  /// Down, drained or not there; `*` and other marks may follow.
  private static func isAway(_ state: Substring) -> Bool {
    ["down", "drain", "fail", "unknown", "future", "power_off", "powered_down"].contains {
      state.hasPrefix($0)
    }
  }

  private static func number(_ text: Substring) -> Int { Int(text.prefix { $0.isNumber }) ?? 0 }

  /// `gpu:4,shard:16`, `gpu:a100:2(S:0-1),gpu:h100:2(S:0)`, `(null)`.
  static func devices(_ text: Substring) -> Int {
    var depth = 0
    let plain = text.filter { character in
      if character == "(" { depth += 1 }
      defer { if character == ")" { depth -= 1 } }
      return depth == 0
    }
    return plain.split(separator: ",").reduce(0) { sum, entry in
      let parts = entry.split(separator: ":")
      guard parts.first == "gpu" else { return sum }
      return sum + (parts.count == 1 ? 1 : parts.last.map(number) ?? 0)
    }
  }
}
