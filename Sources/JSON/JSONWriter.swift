/// Writes compact JSON into a byte buffer: LF-free, so that a value is always one line.
package struct JSONWriter: Sendable {
  package var bytes: [UInt8]

  package init(reserving capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let value): raw(value ? "true" : "false")
    case .number(let value): bytes.append(contentsOf: value.text.utf8)
    case .string(let value): write(value)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      var first = true
      for element in elements {
        if !first { bytes.append(UInt8(ascii: ",")) }
        first = false
        write(element)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object): write(object)
    }
  }

  package mutating func write(_ object: JSONObject) {
    bytes.append(UInt8(ascii: "{"))
    var first = true
    for member in object.members {
      write(member.key, before: first ? nil : UInt8(ascii: ","), after: UInt8(ascii: ":"))
      first = false
      write(member.value)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  package mutating func write(_ text: String) { write(text, before: nil, after: nil) }

  /// In one piece for what nearly all strings are: text without escapes.
  private mutating func write(_ text: String, before: UInt8?, after: UInt8?) {
    var text = text
    text.withUTF8 { utf8 in
      let plain = EscapeSearch.first(in: UnsafeRawBufferPointer(utf8)) ?? utf8.count
      bytes.append(addingCapacity: plain + 4) { (output: inout OutputSpan<UInt8>) in
        if let before { output.append(before) }
        output.append(UInt8(ascii: "\""))
        output.append(UnsafeRawBufferPointer(utf8), upTo: plain)
        guard plain == utf8.count else { return }
        output.append(UInt8(ascii: "\""))
        if let after { output.append(after) }
      }
      guard plain < utf8.count else { return }
      writeEscaped(utf8[plain...])
      if let after { bytes.append(after) }
    }
  }

  /// The rest of a string from its first escape on, with its quotation mark.
  private mutating func writeEscaped(_ utf8: Slice<UnsafeBufferPointer<UInt8>>) {
    var start = utf8.startIndex
    for place in utf8.indices where EscapeSearch.isNeeded(utf8[place]) {
      bytes.append(contentsOf: utf8[start..<place])
      escape(utf8[place])
      start = place + 1
    }
    bytes.append(contentsOf: utf8[start...])
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes `text` as it is; for literals and numbers.
  package mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func write(_ value: Int) { bytes.append(contentsOf: String(value).utf8) }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    default:
      let digits = Array("0123456789abcdef".utf8)
      raw("u00")
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
  }
}

extension OutputSpan<UInt8> {
  /// The caller has made room.
  @inline(__always)
  fileprivate mutating func append(_ text: UnsafeRawBufferPointer, upTo end: Int) {
    withUnsafeMutableBufferPointer { buffer, count in
      guard let from = text.baseAddress, let to = buffer.baseAddress else { return }
      UnsafeMutableRawPointer(to + count).copyMemory(from: from, byteCount: end)
      count += end
    }
  }
}

/// Finds what cannot stand in a JSON string as it is: control characters, DEL, `"` and `\`.
private enum EscapeSearch {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  static func isNeeded(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }

  static func first(in bytes: UnsafeRawBufferPointer) -> Int? {
    var place = 0
    while place + 8 <= bytes.count,
      !isNeededSomewhere(in: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    {
      place += 8
    }
    while place < bytes.count {
      if isNeeded(bytes[place]) { return place }
      place += 1
    }
    return nil
  }

  /// Whether one of the eight bytes is such a one; may say so of a word in which none is.
  /// Source: "Determine if a word has a byte less than n", S. E. Anderson, "Bit Twiddling Hacks".
  @inline(__always)
  private static func isNeededSomewhere(in word: UInt64) -> Bool {
    let control = (word &- ones &* 0x20) & ~word
    let quotes = word ^ (ones &* 0x22)
    let slashes = word ^ (ones &* 0x5C)
    let deletes = word ^ (ones &* 0x7F)
    let zeros = ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes) | ((deletes &- ones) & ~deletes)
    return (control | zeros) & highs != 0
  }
}
