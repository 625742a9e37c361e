import Glibc
import Model
import POSIX
import StorageExercise
import TestSupport
import Testing

@testable import Storage

@Suite struct DiskTests {
  /// A file system of four megabytes.
  private func withSmallDisk(_ body: (String) throws -> Void) throws {
    try withTemporaryPath { path in
      let (image, mountPoint) = (path + "/image", path + "/disk")
      mkdir(mountPoint, 0o700)
      let script =
        "truncate -s 4M \(image) && mkfs.ext4 -q -m 0 -O ^has_journal \(image) && mount -o loop \(image) \(mountPoint)"
      try #require(try Exerciser(command: ["sh", "-c", "(\(script)) 2>&1"]).wait() == 0)
      defer { _ = try? Exerciser(command: ["umount", "-l", mountPoint]).wait() }
      try body(mountPoint)
    }
  }

  @Test(.needs(.smallDisk))
  func `a full disk refuses writes, leaves nothing half done, and takes them again when there is room`()
    throws
  {
    try withSmallDisk { path in
      let directory = try DataDirectory.open(path + "/data", create: true)
      let store = try directory.store()
      let reader = try directory.store()
      try store.begin(10)
      let filler = try FileDescriptor.open(path + "/filler", .create)
      fill(filler)
      var accepted = 10
      var refusal: (any Error)?
      while refusal == nil {
        do { accepted += try store.begin(7, note: String(repeating: "n", count: 200)).count } catch {
          refusal = error
        }
      }
      guard case StorageError.unavailable(let why)? = refusal else {
        Issue.record("\(String(describing: refusal))")
        return
      }
      #expect(why.contains("No space"))
      #expect(store.fold.jobs.count == accepted)
      #expect(throws: StorageError.self) { try store.begin(7, note: String(repeating: "n", count: 200)) }
      try reader.refresh()
      #expect(reader.fold == store.fold)
      #expect(try directory.content("journal.jsonl").count == store.position.offset)
      #expect(throws: StorageError.self) { try store.snapshotNow() }
      try filler.truncate(to: 0)
      try store.begin(7)
      #expect(try store.snapshotNow())
      #expect(try directory.store().fold.jobs.count == accepted + 7)
      expectWhole(directory)
    }
  }

  private func fill(_ file: FileDescriptor) {
    var offset = 0
    for size in [1 << 16, 1 << 10] {
      while (try? file.write([UInt8](repeating: 1, count: size), at: offset)) != nil { offset += size }
    }
  }

  @Test func `a write cut short by a file size limit is taken back`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin(2)
      // One or two kibibytes, as the shell counts: some batches fit, and then half of one.
      let command = "ulimit -f 2; exec \(Exerciser.path) write \(directory.path) limited 100 3 1000000"
      let process = try Exerciser(command: ["sh", "-c", command])
      let lines = process.lines()
      #expect(process.wait() == 1)
      #expect(lines.last?.contains("File too large") == true, "\(lines)")
      try store.refresh()
      #expect(store.fold.jobs.count == 2 + 3 * (lines.count - 1))
      #expect(try directory.content("journal.jsonl").count == store.position.offset)
      try store.begin()
    }
  }

  private func once(_ directory: DataDirectory, injecting fault: String) throws -> (
    lines: [String], status: Int32
  ) {
    let process = try Exerciser(
      command: [
        "strace", "-f", "-o", "/dev/null", "-e", "inject=" + fault, Exerciser.path, "once", directory.path,
      ])
    return (process.lines(), process.wait())
  }

  @Test(.needs(.strace))
  func `a failed sync poisons the directory for all, until recovery has read the disk again`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin(2)
      let (lines, status) = try once(directory, injecting: "fdatasync:error=EIO:when=2")
      #expect(status == 1 && lines.last?.contains("could not be made durable") == true, "\(lines)")
      for attempt in [{ try store.refresh() }, { _ = try store.begin() }] {
        let failure = #expect(throws: StorageError.self) { try attempt() }
        guard case .poisoned = failure else {
          Issue.record("\(String(describing: failure))")
          continue
        }
      }
      #expect(Doctor.check(directory, ToyState.self).contains { $0.severity == .fault && $0.file == "lock" })
      #expect(try Doctor.repair(directory, ToyState.self).count == 1)
      // The batch whose sync failed is on the disk all the same: unacknowledged, and whole.
      try store.refresh()
      #expect(store.fold.jobs.count == 3)
      #expect(try store.begin() == [4])
      #expect(try directory.store().fold == store.fold)
    }
  }

  @Test(.needs(.strace))
  func `opening recovers a poisoned directory, and a sync that fails again leaves it poisoned`() throws {
    try withDataDirectory { directory in
      try directory.store().begin(2)
      directory.lockFile.poison()
      let (lines, status) = try once(directory, injecting: "fsync:error=EIO")
      #expect(status == 1, "\(lines)")
      #expect(try directory.lockFile.isPoisoned())
      let store = try directory.store()
      #expect(try !directory.lockFile.isPoisoned())
      #expect(store.fold.jobs.count == 2 && store.journal.header.generation == 2)
    }
  }

  @Test(.needs(.strace))
  func `a short write whose taking back fails poisons the directory`() throws {
    try withDataDirectory { directory in
      try directory.store().begin(2)
      let command =
        "ulimit -f 2; exec strace -f -o /dev/null -e inject=ftruncate:error=EIO "
        + "\(Exerciser.path) write \(directory.path) limited 100 3 1000000"
      let process = try Exerciser(command: ["sh", "-c", command])
      let lines = process.lines()
      #expect(process.wait() == 1 && lines.last?.contains("could not be made durable") == true, "\(lines)")
      #expect(try directory.lockFile.isPoisoned())
      #expect(try directory.store().fold.jobs.count == 2 + 3 * (lines.count - 1))
    }
  }

  @Test(
    .needs(.strace),
    arguments: ["pwrite64", "pread64", "fsync", "rename", "renameat", "linkat", "unlinkat", "openat"])
  func `a snapshot that fails at any call leaves a whole directory`(call: String) throws {
    try withDataDirectory { directory in
      let seed = try directory.store()
      try seed.begin(2)
      let process = try Exerciser(
        command: [
          "strace", "-f", "-o", "/dev/null", "-e", "inject=\(call):error=EIO:when=100+17", Exerciser.path,
          "write",
          directory.path, "s", "150", "3", "3000",
        ])
      let lines = process.lines()
      _ = process.wait()
      let store = try directory.store()
      let acknowledged = lines.filter { $0.hasPrefix("ack") }.count
      #expect(acknowledged > 0, "\(lines)")
      #expect(store.fold.nextJob - 1 >= 2 + acknowledged * 3)
      try store.begin()
      _ = try store.snapshotNow()
    }
  }
}
