import Model
import POSIX

/// The control groups of one attempt: what it may use, and whom it has started.
///
/// Its name follows from the attempt's directory, so a later supervisor finds it without being told.
struct Cgroup {
  private let places: [(hierarchy: CgroupHierarchy, path: String)]

  /// Processes that an attempt may have at once.
  static let pidLimit = 4096
  /// Of version 1 and 2 alike: how often the processor time is counted anew.
  private static let periodMicroseconds = 100_000

  init(name: String, in hierarchies: [CgroupHierarchy]) {
    places = hierarchies.map { ($0, $0.root + "/" + name) }
  }

  static func name(of attempt: AttemptName, directory: String) -> String {
    "\(attempt)-" + String(CRC32C.checksum(Array(directory.utf8)), radix: 16)
  }

  /// Makes the groups that can be made, with the limits that can be set.
  ///
  /// Zero is no limit. Returns the groups that were made, with the limits that hold in them.
  static func make(name: String, cpu: Thousandths, ram: Thousandths, in hierarchies: [CgroupHierarchy])
    -> (group: Cgroup, holding: Set<CgroupHierarchy.Controller>)
  {
    var made: [CgroupHierarchy] = []
    var holding: Set<CgroupHierarchy.Controller> = []
    for hierarchy in hierarchies {
      let path = hierarchy.root + "/" + name
      guard (try? KernelFile.makeDirectory(path)) != nil else { continue }
      made.append(hierarchy)
      for controller in hierarchy.controllers {
        let settings = settings(of: controller, in: hierarchy.version, cpu: cpu, ram: ram)
        do {
          for setting in settings { try KernelFile.write(setting.value, to: path + "/" + setting.file) }
          holding.insert(controller)
        } catch {
          continue
        }
        guard controller == .memory, ram > .zero else { continue }
        // Where memory can be swapped out, a limit of memory alone is none; kernels without that lack the file.
        switch hierarchy.version {
        case .first: try? KernelFile.write(settings[0].value, to: path + "/memory.memsw.limit_in_bytes")
        case .second: try? KernelFile.write("0", to: path + "/memory.swap.max")
        }
      }
    }
    return (Cgroup(name: name, in: made), holding)
  }

  private static func settings(
    of controller: CgroupHierarchy.Controller, in version: CgroupHierarchy.Version, cpu: Thousandths,
    ram: Thousandths
  ) -> [(file: String, value: String)] {
    // The kernel takes no quota below a millisecond.
    let quota = max(1000, cpu.value * periodMicroseconds / 1000)
    switch (controller, version) {
    case (.cpu, _) where cpu == .zero, (.memory, _) where ram == .zero: return []
    case (.cpu, .first): return [("cpu.cfs_quota_us", "\(quota)")]
    case (.cpu, .second): return [("cpu.max", "\(quota) \(periodMicroseconds)")]
    case (.memory, .first): return [("memory.limit_in_bytes", "\(ram.bytes)")]
    case (.memory, .second): return [("memory.max", "\(ram.bytes)")]
    case (.pids, _): return [("pids.max", "\(pidLimit)")]
    case (.freezer, _): return []
    }
  }

  /// Has the launched program be in the groups from its first instruction on.
  func enter(_ launch: inout ProgramLaunch) throws(Errno) {
    for place in places {
      switch place.hierarchy.version {
      case .first: launch.tasks.append(try FileDescriptor.open(place.path + "/tasks", .write))
      case .second: launch.unifiedGroup = try FileDescriptor.open(place.path, .directory)
      }
    }
  }

  /// Processes the kernel has killed because the group had used its memory up.
  var memoryKills: Int {
    for place in places where place.hierarchy.controllers.contains(.memory) {
      let file = place.hierarchy.version == .first ? "memory.oom_control" : "memory.events"
      for line in (KernelFile.text(place.path + "/" + file) ?? "").split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 2, words[0] == "oom_kill" { return Int(words[1]) ?? 0 }
      }
    }
    return 0
  }

  /// Those in the groups now.
  var members: Set<Int32> {
    var found: Set<Int32> = []
    for place in places {
      let text = KernelFile.text(place.path + "/cgroup.procs") ?? ""
      found.formUnion(text.split(separator: "\n").compactMap { Int32($0) })
    }
    return found
  }

  /// Ends every member by SIGKILL; returns when none is left (true), or after so many seconds.
  func kill(within seconds: Double = 10, reap: () -> Void = {}) -> Bool {
    guard !members.isEmpty else { return true }
    let deadline = SystemClock.monotonicNanoseconds(after: seconds)
    var pause = 100_000
    repeat {
      killOnce()
      reap()
      guard !members.isEmpty else { return true }
      SystemClock.sleep(nanoseconds: pause)
      pause = min(pause * 2, 20_000_000)
    } while SystemClock.monotonicNanoseconds() < deadline
    return members.isEmpty
  }

  private func killOnce() {
    for place in places where place.hierarchy.version == .second {
      if (try? KernelFile.write("1", to: place.path + "/cgroup.kill")) != nil { return }
    }
    let freezers = places.filter { $0.hierarchy.controllers.contains(.freezer) }
    for place in freezers { try? KernelFile.write("FROZEN", to: place.path + "/freezer.state") }
    for id in members { ProcessTable.signal(id, ChildProcess.kill) }
    // The frozen die when they thaw.
    for place in freezers { try? KernelFile.write("THAWED", to: place.path + "/freezer.state") }
    // Nobody is born any more when they are killed again. Not sooner: a program that cannot fork ends by itself, with
    // an exit code of its own.
    for place in places where place.hierarchy.controllers.contains(.pids) {
      try? KernelFile.write("0", to: place.path + "/pids.max")
    }
  }

  /// Removes the groups; those that are gone are fine.
  func remove() {
    for place in places {
      for _ in 0..<100 {
        // Busy for a moment after its last member has ended.
        guard (try? KernelFile.removeDirectory(place.path)) == nil, FileKind(of: place.path) == .directory
        else { break }
        SystemClock.sleep(nanoseconds: 1_000_000)
      }
    }
  }
}

extension Thousandths {
  /// Of GiB.
  var bytes: Int { value * (1 << 30) / 1000 }
}
