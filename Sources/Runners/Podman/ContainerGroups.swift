import Model
import POSIX

/// The control groups an engine has put a container into: looked at, never changed.
struct ContainerGroups {
  /// By controller; of version 2 one for all.
  private let paths: [CgroupHierarchy.Controller: String]
  private let version: CgroupHierarchy.Version
  private let memory: Cgroup?

  /// Nil when the process has ended, or stands in no group of its own.
  init?(of process: Int32) {
    guard let text = KernelFile.text("/proc/\(process)/cgroup") else { return nil }
    var paths: [CgroupHierarchy.Controller: String] = [:]
    var unified: String?
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[2] != "/" else { continue }
      if fields[0] == "0" { unified = CgroupHierarchy.mounts + fields[2] }
      for name in fields[1].split(separator: ",") {
        guard let controller = CgroupHierarchy.Controller(rawValue: String(name)) else { continue }
        paths[controller] = "\(CgroupHierarchy.mounts)/\(fields[1])\(fields[2])"
      }
    }
    if let unified, FileKind(of: CgroupHierarchy.mounts + "/cgroup.controllers") == .file {
      version = .second
      paths = [.cpu: unified, .memory: unified, .pids: unified]
    } else {
      version = .first
    }
    guard !paths.isEmpty else { return nil }
    self.paths = paths
    memory = paths[.memory].map { [version] path in
      let slash = path.lastIndex(of: "/") ?? path.startIndex
      return Cgroup(
        name: String(path[path.index(after: slash)...]),
        in: [CgroupHierarchy(version: version, root: String(path[..<slash]), controllers: [.memory])])
    }
  }

  /// Processes the kernel has killed for want of memory; 0 once the group is gone.
  var memoryKills: Int { memory?.memoryKills ?? 0 }

  /// What of the limits does not hold, a sentence.
  func limitation(cpu: Thousandths, ram: Thousandths) -> String? {
    var parts: [String] = []
    if cpu > .zero, !isSet(.cpu, first: "cpu.cfs_quota_us", second: "cpu.max") {
      parts.append("required_cpu limits nothing")
    }
    if ram > .zero, !isSet(.memory, first: "memory.limit_in_bytes", second: "memory.max") {
      parts.append("required_ram limits nothing")
    }
    if !isSet(.pids, first: "pids.max", second: "pids.max") {
      parts.append("the number of its processes is not limited")
    }
    guard let last = parts.popLast() else { return nil }
    let list = parts.isEmpty ? last : parts.joined(separator: ", ") + " and " + last
    return "On this node \(list): its containers have no such control group."
  }

  private func isSet(_ controller: CgroupHierarchy.Controller, first: String, second: String) -> Bool {
    let file = version == .first ? first : second
    guard let path = paths[controller], let text = KernelFile.text(path + "/" + file) else { return false }
    // Version 1 says "no limit" by the greatest number there is.
    return !text.hasPrefix("-1") && !text.hasPrefix("max") && text.utf8.count < 19
  }
}
