import Glibc
import Logs
import POSIX
import TestSupport
import Testing

struct LogFileTests {
  @Test func `what was written is read, at its offset`() throws {
    try withFolder { folder in
      let path = folder + "/deep/er/1.log"
      let writer = LogWriter(path: path, limitBytes: 1 << 20)
      #expect(try LogReader(path: path) == nil)
      writer.append(Array("one\n".utf8))
      let reader = try #require(try LogReader(path: path))
      writer.append(Array("two\n".utf8))
      #expect(try reader.end == 8)
      let part = try reader.read(from: 4, limit: 3)
      #expect(part.offset == 4 && part.bytes == Array("two".utf8))
      let rest = try reader.read(from: 100, limit: 3)
      #expect(rest.offset == 8 && rest.bytes.isEmpty)
      #expect(writer.droppedBytes == 0 && writer.problem == nil)
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
    }
  }

  @Test func `the oldest is given back and offsets stay`() throws {
    try withFolder { folder in
      let path = folder + "/1.log"
      let limit = 256 << 10
      let all = lines(20_000)
      let writer = LogWriter(path: path, limitBytes: limit)
      for start in stride(from: 0, to: all.count, by: 5000) {
        writer.append(Array(all[start..<min(start + 5000, all.count)]))
      }
      let reader = try #require(try LogReader(path: path))
      #expect(try reader.end == all.count)
      let kept = try reader.read(from: 0, limit: all.count)
      let start = kept.offset
      #expect(start > all.count - limit && start < all.count - limit * 3 / 4)
      #expect(allocatedBytes(path) <= limit + 8192)
      #expect(kept.bytes == Array(all[start...]))
      #expect(writer.droppedBytes == 0)
    }
  }

  @Test func `a second writer goes on where the first stopped`() throws {
    try withFolder { folder in
      let path = folder + "/1.log"
      let all = lines(10_000)
      for part in [all[..<600_000], all[600_000...]] {
        let writer = LogWriter(path: path, limitBytes: 128 << 10)
        for start in stride(from: part.startIndex, to: part.endIndex, by: 4096) {
          writer.append(Array(part[start..<min(start + 4096, part.endIndex)]))
        }
      }
      let reader = try #require(try LogReader(path: path))
      let kept = try reader.read(from: 0, limit: all.count)
      #expect(kept.bytes == Array(all[kept.offset...]))
      #expect(kept.bytes.count > 64 << 10 && allocatedBytes(path) <= (128 << 10) + 8192)
    }
  }

  @Test func `a limit smaller than what comes at once still keeps the newest`() throws {
    try withFolder { folder in
      let all = lines(5000)
      let writer = LogWriter(path: folder + "/1.log", limitBytes: 16 << 10)
      writer.append(all)
      let reader = try #require(try LogReader(path: folder + "/1.log"))
      let kept = try reader.read(from: 0, limit: all.count)
      #expect(kept.bytes == Array(all[kept.offset...]) && !kept.bytes.isEmpty)
      #expect(kept.bytes.count <= 16 << 10)
    }
  }

  @Test(.needs(.mounts))
  func `a full disk drops output, and says so when there is room again`() throws {
    try withSmallDisk { disk in
      let path = disk + "/1.log"
      let writer = LogWriter(path: path, limitBytes: 8 << 20)
      let all = lines(20_000)
      for start in stride(from: 0, to: all.count, by: 8192) {
        writer.append(Array(all[start..<min(start + 8192, all.count)]))
      }
      let reader = try #require(try LogReader(path: path))
      let kept = try reader.end
      #expect(kept <= 1 << 20 && writer.droppedBytes == all.count - kept)
      #expect(writer.problem?.contains("no space left on device") == true)
      #expect(try shell("mount -o remount,size=2M '\(disk)'"))
      writer.append(Array("again\n".utf8))
      let tail = try reader.read(from: kept, limit: 1000).bytes
      let text = String(decoding: tail, as: UTF8.self)
      let line = "[berth: \(writer.droppedBytes) bytes of output were dropped: no space left on device]\n"
      #expect(text.hasSuffix(line + "again\n"))
      writer.finish()
      #expect(try reader.end == kept + tail.count)
    }
  }

  @Test(.needs(.mounts))
  func `what was dropped last is told at the end`() throws {
    try withSmallDisk { disk in
      #expect(try shell("head -c 2000000 /dev/zero > '\(disk)/ballast'; true"))
      let writer = LogWriter(path: disk + "/1.log", limitBytes: 8 << 20)
      writer.append(lines(1000))
      #expect(writer.droppedBytes == 100_000)
      unlink(disk + "/ballast")
      writer.finish()
      let reader = try #require(try LogReader(path: disk + "/1.log"))
      let text = String(decoding: try reader.read(from: 0, limit: 1000).bytes, as: UTF8.self)
      #expect(text.hasPrefix("[berth: 100000 bytes of output were dropped: "))
    }
  }

  @Test(.needs(.mounts))
  func `a file system without holes keeps the oldest and says so once`() throws {
    try withDiskWithoutHoles { disk in
      let limit = 100_000
      let writer = LogWriter(path: disk + "/1.log", limitBytes: limit)
      for part in 0..<20 { writer.append(lines(100, from: part * 100)) }
      let reader = try #require(try LogReader(path: disk + "/1.log"))
      let text = String(decoding: try reader.read(from: 0, limit: 1 << 20).bytes, as: UTF8.self)
      #expect(text.utf8.count < limit + 20_000 && text.hasPrefix("line 0 "))
      #expect(text.split(separator: "\n").last?.hasPrefix("[berth: the log has its 100000 bytes") == true)
      #expect(writer.droppedBytes > 80_000 && writer.problem?.contains("cannot give the oldest back") == true)
    }
  }
}
