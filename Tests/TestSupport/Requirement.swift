import POSIX
import Testing

/// Something that some tests need and that no clone brings: files beside the package, programs, rights.
///
/// Where it is absent a test cannot test, and says so: it is shown as skipped, never as passed. `.ci/run` fails then.
package struct Requirement: Sendable {
  fileprivate let description: Comment
  fileprivate let isMet: @Sendable () -> Bool

  package static let suites = Requirement(description: "needs ../shared/suites beside the package") {
    FileKind(of: SharedFiles.suites) == .directory
  }
  package static let traces = Requirement(description: "needs ../shared/traces beside the package") {
    FileKind(of: SharedFiles.traces) == .directory
  }
  package static let bash = Requirement(description: "needs bash") { FilePermission.mayExecute("/bin/bash") }
  package static let strace = Requirement(description: "needs strace, and leave to trace") { mayTrace }
  package static let mounts = Requirement(description: "needs leave to mount file systems in memory") {
    mayMount
  }
  package static let smallDisk = Requirement(description: "needs mkfs.ext4, and leave to mount a file") {
    SmallDisk.isPossible
  }
  package static let podman = Requirement(description: "needs root, podman, runc, catatonit and busybox") {
    TinyImage.isPossible
  }
  package static let slurm = Requirement(
    description: "needs root and slurmctld, slurmd, slurm-client and munge"
  ) { SlurmCluster.isPossible }
  package static let firstVersionGroups = Requirement(
    description: "needs root and control groups of version 1"
  ) { FileKind(of: "/sys/fs/cgroup/memory/tasks") == .file && ThisProcess.effectiveUserID == 0 }
  package static let minutes = Requirement(
    description: "takes minutes: set BERTH_PUBLISHED_FIGURES to run it"
  ) { ThisProcess.environment("BERTH_PUBLISHED_FIGURES") != nil }

  private static let mayTrace = succeeds("strace -o /dev/null true")
  private static let mayMount = succeeds("unshare -m sh -c 'mount -t tmpfs tmpfs /mnt'")

  private static func succeeds(_ command: String) -> Bool {
    let child = try? ChildProcess("/bin/sh", ["-c", command], output: .null, errors: .null)
    return (try? child?.wait()) == .exited(code: 0)
  }
}

extension Trait where Self == ConditionTrait {
  package static func needs(_ requirement: Requirement) -> Self {
    .enabled(if: requirement.isMet(), requirement.description)
  }
}

/// Other people's files in `../shared`, beside the package.
package enum SharedFiles {
  private static let folder =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/../shared"

  package static let suites = folder + "/suites"
  package static let traces = folder + "/traces"
}
