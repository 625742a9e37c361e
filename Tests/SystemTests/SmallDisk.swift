import Glibc
import JSON
import POSIX
import TestSupport

/// A file system of a few MiB that can be filled and emptied, mounted for one test.
struct SmallDisk {
  let path: String

  private var ballast: String { path + "/ballast" }

  /// nil where mounting is not ours to do.
  static func with(_ sandbox: Sandbox, _ body: (SmallDisk) throws -> Void) throws -> Bool {
    let image = sandbox.path + "/disk.img"
    let disk = SmallDisk(path: sandbox.path + "/disk")
    try Directory.makePath(disk.path)
    let make =
      "truncate -s 6M '\(image)' && mkfs.ext4 -q '\(image)' && mount -o loop '\(image)' '\(disk.path)'"
    guard geteuid() == 0, try run(make) else { return false }
    defer { _ = try? run("umount -l '\(disk.path)'") }
    try body(disk)
    return true
  }

  private static func run(_ command: String) throws -> Bool {
    let child = try ChildProcess("/bin/sh", ["-c", command], output: .null, errors: .null)
    return try child.wait() == .exited(code: 0)
  }

  /// Takes all room there is.
  func fill() throws {
    let file = try FileDescriptor.open(ballast, .replace)
    var offset = 0
    for size in [1 << 16, 1 << 12, 1] {
      let block = [UInt8](repeating: 0x62, count: size)
      while (try? file.write(block, at: offset)) != nil { offset += size }
    }
    try file.sync()
  }

  func makeRoom() throws { unlink(ballast) }
}

/// A change that is refused for want of room, however much it takes until it is.
extension CheckedClient {
  func deployUntilRefused() throws -> Refused {
    let filler = JSONValue.string(String(repeating: "f", count: 2000))
    for _ in 0..<5000 {
      do { try deploy("filler", ["env": ["FILLER": filler]]) } catch let refused as Refused { return refused }
    }
    throw ContractBreach("never refused")
  }
}
