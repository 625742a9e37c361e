import Glibc
import JSON
import POSIX
import Synchronization

/// A podman that works on a bare machine, with a store of its own, and a 2 MB image in it, made with no network.
///
/// The store, the containers and the images go with it; the machine's own podman sees nothing of them.
package final class TinyImage {
  package static let reference = "localhost/tiny:1"

  /// False where what it is made of is not installed.
  package static let isPossible =
    ["/usr/bin/podman", "/usr/sbin/runc", "/usr/bin/catatonit", "/usr/bin/busybox", "/usr/bin/tar"]
    .allSatisfy(isThere)
    && geteuid() == 0

  private static func isThere(_ path: String) -> Bool {
    let places = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin"]
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return places.contains { FilePermission.mayExecute($0 + "/" + name) }
  }

  private let path: String
  /// What every child needs that is to see this podman.
  package private(set) var environment: [String: String]

  /// `folder` and `environment`: the test's.
  package init(in folder: String, _ environment: [String: String]) throws {
    self.environment = environment
    path = folder + "/podman"
    try Directory.makePath(path)
    try configure()
    try make()
  }

  /// crun refuses some machines' control groups that runc takes; raised limits are refused without
  /// CAP_SYS_RESOURCE; no systemd, so cgroupfs and events in a file.
  private func configure() throws {
    let lines = [
      "[containers]", "default_ulimits = [\"nofile=1024:1024\", \"nproc=4096:4096\"]", "netns = \"none\"",
      "[engine]", "runtime = \"runc\"", "cgroup_manager = \"cgroupfs\"", "events_logger = \"file\"",
      "tmp_dir = \"\(path)/tmp\"",
    ]
    try write("containers.conf", lines)
    try write(
      "storage.conf",
      [
        "[storage]", "driver = \"\(Self.driver)\"", "graphroot = \"\(path)/root\"",
        "runroot = \"\(path)/run\"",
      ])
    environment["CONTAINERS_CONF"] = path + "/containers.conf"
    environment["CONTAINERS_STORAGE_CONF"] = path + "/storage.conf"
    environment["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
  }

  private static let driver = "overlay"

  private func write(_ name: String, _ lines: [String]) throws {
    try Directory.replace(
      path + "/" + name, with: Array((lines.joined(separator: "\n") + "\n").utf8), durably: false)
  }

  private func make() throws {
    let script = """
      set -e; cd '\(path)'; mkdir -p rootfs/bin rootfs/tmp rootfs/proc rootfs/sys rootfs/dev rootfs/etc rootfs/run
      cp "$(command -v busybox)" rootfs/bin/busybox
      for name in sh sleep echo true cat ls env kill head tail printf grep id; do ln -s busybox rootfs/bin/$name; done
      echo 'root:x:0:0:root:/:/bin/sh' > rootfs/etc/passwd
      tar -C rootfs -cf rootfs.tar .
      """
    try shell(script)
    try makeAnew()
  }

  /// After images were removed.
  package func makeAnew() throws {
    try shell(
      "cd '\(path)'; podman import -q -c 'CMD [\"/bin/sh\",\"-c\",\"echo hello\"]' -c 'ENV PATH=/bin' rootfs.tar \(Self.reference)"
    )
  }

  package enum Form: String, CaseIterable {
    case dockerArchive = "docker-archive"
    case ociArchive = "oci-archive"
    case ociDirectory = "oci-dir"
    case reference
  }

  /// The image in this form; on disk under a name that tells nothing, with letters that podman does not like.
  package func image(as form: Form) throws -> String {
    guard form != .reference else { return Self.reference }
    try Directory.makePath(path + "/Upper:Case")
    let name = "\(path)/\(form.rawValue)"
    _ = try shell("podman save -q --format \(form.rawValue) -o '\(name)' \(Self.reference)")
    let odd = "\(path)/Upper:Case/Image.\(form == .ociArchive ? "zip" : "d")\(form.rawValue)"
    _ = try shell("mv '\(name)' '\(odd)'")
    return odd
  }

  /// The output of a script that sees this podman; throws when it fails.
  @discardableResult
  package func shell(_ script: String) throws -> String {
    let output = path + "/shell.out"
    let file = try FileDescriptor.open(output, .replace)
    let process = try ChildProcess(
      "/bin/sh", ["-c", script], environment: environment, output: .descriptor(file),
      errors: .descriptor(file))
    let end = try process.wait()
    let text = String(decoding: try FileDescriptor.contents(of: output) ?? [], as: UTF8.self)
    guard end == .exited(code: 0) else { throw ContractBreach("\(script): \(end)\n\(text)") }
    return text
  }

  /// Names of all containers there are.
  package func containers() throws -> [String] {
    try shell("podman ps -a --format '{{.Names}}'").split(separator: "\n").map(String.init)
  }

  package func remove() {
    _ = try? shell("podman rm -a -f -t 0; podman rmi -a -f; podman system migrate 2>/dev/null || true")
    // Mounted by podman for itself.
    _ = try? shell("umount '\(path)/root/overlay' || true")
  }
}
