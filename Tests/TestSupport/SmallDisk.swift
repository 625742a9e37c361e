import Glibc
import POSIX

/// A file system of a few MiB that can be filled and emptied, there until its sandbox is over.
package struct SmallDisk {
  package let path: String

  private var ballast: String { path + "/ballast" }

  /// Whether mounting is ours to do.
  package static let isPossible: Bool = geteuid() == 0 && (try? mounts()) == true

  private static func mounts() throws -> Bool {
    let path = try Directory.makeTemporary(prefix: "berth-mount-")
    defer { try? Directory.removeTree(path) }
    return try run("\(mount(image: path + "/image", at: path)) && umount '\(path)'")
  }

  private static func mount(image: String, at path: String) -> String {
    "truncate -s 6M '\(image)' && mkfs.ext4 -q '\(image)' && mount -o loop '\(image)' '\(path)'"
      + " && chmod 700 '\(path)'"
  }

  /// Mounted at `path`, which is made.
  package init(at path: String, in sandbox: Sandbox) throws {
    self.path = path
    try Directory.makePath(path)
    let image = sandbox.path + "/disk.img"
    guard try Self.run(Self.mount(image: image, at: path)) else { throw ContractBreach("no disk at \(path)") }
    sandbox.atEnd { _ = try? Self.run("umount -l '\(path)'") }
  }

  private static func run(_ command: String) throws -> Bool {
    let child = try ChildProcess("/bin/sh", ["-c", command], output: .null, errors: .null)
    return try child.wait() == .exited(code: 0)
  }

  /// Takes all room there is.
  package func fill() throws {
    let file = try FileDescriptor.open(ballast, .replace)
    var offset = 0
    for size in [1 << 16, 1 << 12, 1] {
      let block = [UInt8](repeating: 0x62, count: size)
      while (try? file.write(block, at: offset)) != nil { offset += size }
    }
    try file.sync()
  }

  package func makeRoom() throws { unlink(ballast) }
}
