import Glibc
import POSIX

/// An empty directory, gone after the test.
func withFolder(_ body: (String) throws -> Void) throws {
  let path = try Directory.makeTemporary(prefix: "berth-logs-")
  defer { try? Directory.removeTree(path) }
  try body(path)
}

func shell(_ command: String) throws -> Bool {
  try ChildProcess("/bin/sh", ["-c", command], output: .null, errors: .null).wait() == .exited(code: 0)
}

/// A file system of one MiB that can be filled.
func withSmallDisk(_ body: (String) throws -> Void) throws {
  try withFolder { path in
    guard try shell("mount -t tmpfs -o size=1M tmpfs '\(path)'") else { throw Errno(EPERM, "mount", path) }
    defer { _ = try? shell("umount -l '\(path)'") }
    try body(path)
  }
}

/// A file system that cannot punch holes.
func withDiskWithoutHoles(_ body: (String) throws -> Void) throws {
  try withFolder { path in
    guard try shell("mount -t ramfs ramfs '\(path)'") else { throw Errno(EPERM, "mount", path) }
    defer { _ = try? shell("umount -l '\(path)'") }
    try body(path)
  }
}

/// Bytes that the file takes on its disk.
func allocatedBytes(_ path: String) -> Int {
  var status = stat()
  guard stat(path, &status) == 0 else { return -1 }
  return Int(status.st_blocks) * 512
}

/// `count` lines of 100 bytes, numbered from `first`.
func lines(_ count: Int, from first: Int = 0) -> [UInt8] {
  (first..<first + count).flatMap { number -> [UInt8] in
    let head = Array("line \(number) ".utf8)
    return head + Array(repeating: 0x2E, count: 99 - head.count) + [0x0A]
  }
}
