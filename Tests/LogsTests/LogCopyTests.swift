import Glibc
import Logs
import POSIX
import TestSupport
import Testing

struct LogCopyTests {
  @Test(.needs(.mounts))
  func `a full disk drops what comes, and what comes later stands at its offset`() throws {
    try withSmallDisk { disk in
      let path = disk + "/1.log"
      let copy = LogCopy(path: path, limitBytes: 8 << 20)
      let all = lines(40_000)
      var offset = 0
      var taken = try copy.take(Array(all[..<400_000]), at: 0, afterGap: false)
      while taken.dropped == 0 {
        offset = taken.end
        taken = try copy.take(Array(all[offset..<offset + 400_000]), at: offset, afterGap: false)
      }
      #expect(taken.failure?.reason == "no space left on device")
      #expect(taken.end + taken.dropped == offset + 400_000)
      let next = offset + 400_000
      #expect(try copy.take(Array("x".utf8), at: next, afterGap: true).dropped == 1)
      #expect(try shell("mount -o remount,size=3M '\(disk)'"))
      #expect(throws: LogCopy.Gap.self) { try copy.take(Array("x".utf8), at: next, afterGap: false) }
      let late = try copy.take(Array(all[next..<next + 1000]), at: next, afterGap: true)
      #expect(late.dropped == 0 && late.end == next + 1000)
      let reader = try #require(try LogReader(path: path))
      let first = try reader.read(from: 0, limit: 4 << 20)
      #expect(first.bytes.prefix(taken.end) == all[..<taken.end])
      #expect(first.bytes.dropFirst(taken.end).allSatisfy { $0 == 0x0A } && first.bytes.count < next)
      let second = try reader.read(from: first.bytes.count, limit: 4 << 20)
      #expect(second.bytes.suffix(1000) == all[next..<next + 1000])
      #expect(second.bytes.dropLast(1000).allSatisfy { $0 == 0x0A })
    }
  }

  @Test func `text ends with a whole character wherever the bytes are cut`() {
    let bytes = Array("aé€🙂\u{FFFD}z".utf8)
    for count in 0...bytes.count {
      let cut = LogText(Array(bytes[..<count]), at: 7, isLast: false)
      #expect("aé€🙂\u{FFFD}z".utf8.starts(with: cut.text.utf8) && cut.offset == 7)
      #expect(cut.end - 7 == cut.text.utf8.count && count - cut.text.utf8.count < 4)
      #expect(LogText(Array(bytes[..<count]), at: 7, isLast: true).end == 7 + count)
    }
    // What never becomes a character is not waited for.
    for bad: [UInt8] in [[0x80], [0xC0], [0xF5, 0x80], [0xE2, 0x28], [0xFF]] {
      #expect(LogText(bad, at: 0, isLast: false).end == bad.count)
    }
  }
}
