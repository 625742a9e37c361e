import JSON
import Model

/// A reader of journal lines in the exact form that `RecordBuffer` writes, parsing only its data as JSON: half the
/// work of parsing all of it.
struct RecordLine {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// nil for a line of any other form, which may still be a record.
  static func read(_ line: UnsafeRawBufferPointer) -> JournalRecord? {
    guard line.count > SealedLine.sealLength else { return nil }
    var head = RecordLine(UnsafeRawBufferPointer(rebasing: line[..<(line.count - SealedLine.sealLength)]))
    guard head.take("{\"seq\":"), let seq = head.number(), head.take(",\"time\":\""), let time = head.word(),
      head.take(",\"type\":\""), let type = head.word(), head.take(",\"data\":"),
      let (end, durable, hasMore) = head.tail(), head.place < end, let time = Timestamp(time)
    else { return nil }
    let data = UnsafeRawBufferPointer(rebasing: head.bytes[head.place..<end]).bindMemory(to: UInt8.self)
    guard case .object(let object)? = try? JSONParser.parse(data) else { return nil }
    return JournalRecord(seq: seq, time: time, type: type, data: object, durable: durable, hasMore: hasMore)
  }

  private func has(_ literal: StaticString, at start: Int) -> Bool {
    guard start >= 0, start + literal.utf8CodeUnitCount <= bytes.count else { return false }
    for index in 0..<literal.utf8CodeUnitCount where bytes[start + index] != literal.utf8Start[index] {
      return false
    }
    return true
  }

  private mutating func take(_ literal: StaticString) -> Bool {
    guard has(literal, at: place) else { return false }
    place += literal.utf8CodeUnitCount
    return true
  }

  /// At most 18 digits, so that it fits; without a leading zero but for 0 itself.
  private mutating func number() -> Int? {
    let start = place
    var value = 0
    while place < bytes.count, place - start < 18, bytes[place] &- UInt8(ascii: "0") < 10 {
      value = value * 10 + Int(bytes[place] - UInt8(ascii: "0"))
      place += 1
    }
    guard place > start, bytes[start] != UInt8(ascii: "0") || place == start + 1 else { return nil }
    return value
  }

  /// Plain ASCII up to a quote, which is taken too.
  private mutating func word() -> String? {
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\"") {
        return String(decoding: bytes[start..<place - 1], as: UTF8.self)
      }
      guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\\") else { return nil }
    }
    return nil
  }

  /// What follows the data, read from the end: where the data end, the durable seq, whether more follows.
  private func tail() -> (end: Int, durable: Int, hasMore: Bool)? {
    var start = bytes.count
    while start > 0, bytes[start - 1] &- UInt8(ascii: "0") < 10 { start -= 1 }
    var digits = self
    digits.place = start
    guard let durable = digits.number(), digits.place == bytes.count else { return nil }
    let key: StaticString = ",\"durable\":"
    start -= key.utf8CodeUnitCount
    guard has(key, at: start) else { return nil }
    let more: StaticString = ",\"more\":true"
    let hasMore = has(more, at: start - more.utf8CodeUnitCount)
    return (hasMore ? start - more.utf8CodeUnitCount : start, durable, hasMore)
  }
}
