import POSIX

/// A place where control groups of one controller are made.
///
/// Version 1 mounts a hierarchy for each controller; version 2 has one for all, whose groups have only those
/// controllers that every group above them hands on. Source: cgroups(7).
struct CgroupHierarchy: Equatable {
  enum Version: Equatable {
    case first
    case second
  }

  enum Controller: String, CaseIterable {
    case cpu
    case memory
    case pids
    case freezer
  }

  let version: Version
  /// The directory under which ours are made.
  let root: String
  let controllers: Set<Controller>

  static let mounts = "/sys/fs/cgroup"

  /// The groups of Berth in each usable hierarchy under `mounts`, made when they are not there; those that may
  /// not be written are left out. `wanted` alone is looked for.
  static func usable(_ wanted: Set<Controller>, mounts: String = mounts) -> [CgroupHierarchy] {
    guard FileKind(of: mounts + "/cgroup.controllers") == .file else {
      return Controller.allCases.filter(wanted.contains).compactMap { first($0, mounts: mounts) }
    }
    // Ours, where a service manager gave it to us, when the root is not to be written.
    let places = [mounts] + (ownGroup().map { [mounts + $0] } ?? [])
    for place in places {
      if let found = second(wanted, in: place) { return [found] }
    }
    return []
  }

  private static func first(_ controller: Controller, mounts: String) -> CgroupHierarchy? {
    let mount = "\(mounts)/\(controller.rawValue)"
    // Elsewhere than in a hierarchy, a directory would be made and mean nothing.
    guard FileKind(of: mount + "/tasks") == .file, (try? KernelFile.makeDirectory(mount + "/berth")) != nil
    else { return nil }
    return CgroupHierarchy(version: .first, root: mount + "/berth", controllers: [controller])
  }

  /// Nil when no group can be made in `place`.
  static func second(_ wanted: Set<Controller>, in place: String) -> CgroupHierarchy? {
    let root = place + "/berth"
    guard (try? KernelFile.makeDirectory(root)) != nil else { return nil }
    let names = wanted.map(\.rawValue)
    for directory in [place, root] {
      let handed = words(of: directory + "/cgroup.subtree_control")
      for name in names where !handed.contains(name) {
        // Refused where the controller is not there, or processes stand in the group: then its limit is missing.
        try? KernelFile.write("+" + name, to: directory + "/cgroup.subtree_control")
      }
    }
    let handed = words(of: root + "/cgroup.subtree_control")
    return CgroupHierarchy(
      version: .second, root: root, controllers: wanted.filter { handed.contains($0.rawValue) })
  }

  private static func words(of path: String) -> Set<String> {
    Set((KernelFile.text(path) ?? "").split { $0 == " " || $0 == "\n" }.map(String.init))
  }

  private static func ownGroup() -> String? {
    KernelFile.text("/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::/") }.map {
      String($0.dropFirst(3))
    }
  }
}
