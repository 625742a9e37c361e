import Model
import POSIX

/// The limits that hold an attempt's processes to what it asked for.
final class ProcessLimits {
  private let cpu: Thousandths
  private let ram: Thousandths
  private let groupName: String
  private let usesGroups: Bool
  private(set) var group: Cgroup?
  private(set) var limitation: String?

  init(_ site: AttemptSite, usesGroups: Bool) {
    cpu = site.order.cpu
    ram = site.order.ram
    groupName = Cgroup.name(of: site.order.name, directory: site.directory)
    self.usesGroups = usesGroups
  }

  private var wanted: Set<CgroupHierarchy.Controller> {
    var wanted: Set<CgroupHierarchy.Controller> = [.pids]
    if cpu > .zero { wanted.insert(.cpu) }
    if ram > .zero { wanted.insert(.memory) }
    return wanted
  }

  /// What an earlier supervisor of the attempt may have made.
  var existing: Cgroup? {
    guard usesGroups else { return nil }
    return Cgroup(name: groupName, in: CgroupHierarchy.usable(Set(CgroupHierarchy.Controller.allCases)))
  }

  func apply(to launch: inout ProgramLaunch) {
    let holding = usesGroups ? join(&launch) : []
    let missing = wanted.subtracting(holding)
    if missing.contains(.memory) { launch.addressSpace = ram.bytes }
    limitation = sentence(missing)
  }

  private func join(_ launch: inout ProgramLaunch) -> Set<CgroupHierarchy.Controller> {
    var hierarchies = CgroupHierarchy.usable(wanted)
    if hierarchies.allSatisfy({ $0.version == .first && !$0.controllers.contains(.pids) }) {
      hierarchies += CgroupHierarchy.usable([.freezer])
    }
    guard !hierarchies.isEmpty else { return [] }
    let made = Cgroup.make(name: groupName, cpu: cpu, ram: ram, in: hierarchies)
    var joined = launch
    do throws(Errno) {
      try made.group.enter(&joined)
    } catch {
      made.group.remove()
      return []
    }
    launch = joined
    group = made.group
    return made.holding
  }

  private func sentence(_ missing: Set<CgroupHierarchy.Controller>) -> String? {
    var parts: [String] = []
    if missing.contains(.cpu) { parts.append("required_cpu limits nothing") }
    if missing.contains(.memory) {
      parts.append("required_ram limits the address space of each process, not the memory of all")
    }
    if missing.contains(.pids) { parts.append("the number of its processes is not limited") }
    guard !parts.isEmpty else { return nil }
    let reason = usesGroups ? "these control groups cannot be written" : "control groups are switched off"
    let last = parts.removeLast()
    let list = parts.isEmpty ? last : parts.joined(separator: ", ") + " and " + last
    return "On this node \(list): \(reason)."
  }

  // MARK: - The end

  /// An end in words, with what the limits had to do with it.
  func runEnd(_ end: ChildProcess.End) -> RunEnd {
    let kills = group?.memoryKills ?? 0
    switch end {
    case .killed(let signal) where signal == Int(ChildProcess.kill) && kills > 0:
      return RunEnd(exitCode: 137, message: MemorySentence.killed(ram))
    case .killed(let signal):
      return RunEnd(exitCode: 128 + signal, message: "It was killed by \(SignalName.of(signal)).")
    case .exited(let code) where code != 0 && kills > 0:
      return RunEnd(exitCode: code, message: MemorySentence.lostProcesses(kills, ram))
    case .exited(let code): return RunEnd(exitCode: code)
    }
  }
}

/// The sentence for a person whose program met its memory limit.
enum MemorySentence {
  static func killed(_ ram: Thousandths) -> String {
    "It used more than its required_ram of \(ram.json.text) GiB and was killed: ask for more, or have it use less."
  }

  static func lostProcesses(_ kills: Int, _ ram: Thousandths) -> String {
    "Of its processes \(kills) were killed, as together they used more than its required_ram of "
      + "\(ram.json.text) GiB."
  }
}
