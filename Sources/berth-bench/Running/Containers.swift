import POSIX

/// A podman with a store of its own, and in it an image of busybox made without a network.
final class Containers {
  static let image = "localhost/berth-bench:1"

  /// What children need that are to see it.
  let environment: [String: String]
  private let directory: String

  /// Nil where podman or what the image is made of is not installed.
  init?(_ directory: String) throws {
    let needed = ["/usr/bin/podman", "/usr/sbin/runc", "/usr/bin/catatonit", "/bin/busybox"]
    guard needed.allSatisfy(FilePermission.mayExecute) else { return nil }
    self.directory = directory
    try Directory.makePath(directory + "/rootfs/bin")
    // Where crun refuses a machine's control groups runc does not, and raised limits may be refused.
    let settings = """
      [containers]
      default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
      netns = "none"
      [engine]
      runtime = "runc"
      cgroup_manager = "cgroupfs"
      events_logger = "file"
      tmp_dir = "\(directory)/tmp"

      """
    let storage = """
      [storage]
      driver = "overlay"
      graphroot = "\(directory)/root"
      runroot = "\(directory)/run"

      """
    try Directory.replace(directory + "/containers.conf", with: Array(settings.utf8))
    try Directory.replace(directory + "/storage.conf", with: Array(storage.utf8))
    environment = ThisProcess.environment.merging([
      "CONTAINERS_CONF": directory + "/containers.conf",
      "CONTAINERS_STORAGE_CONF": directory + "/storage.conf",
    ]) { $1 }
    try shell(
      """
      set -e; cd '\(directory)'; mkdir -p rootfs/proc rootfs/sys rootfs/dev rootfs/etc rootfs/tmp
      cp /bin/busybox rootfs/bin/; ln -s busybox rootfs/bin/sh
      echo 'root:x:0:0:root:/:/bin/sh' > rootfs/etc/passwd
      tar -C rootfs -cf rootfs.tar .; podman import -q rootfs.tar \(Self.image) > /dev/null
      """)
  }

  func remove() {
    try? shell("podman rm -a -f -t 0; podman rmi -a -f; umount '\(directory)/root/overlay' || true")
  }

  private func shell(_ script: String) throws {
    let process = try Children.start(
      "/bin/sh", ["-c", script], environment: environment, output: .null, errors: .null)
    defer { Children.end(process) }
    guard try process.wait() == .exited(code: 0) else { throw BenchFailure("podman cannot be set up here") }
  }
}
