/// A strict RFC 8259 parser: UTF-8 only, bounded depth, no duplicate keys, numbers kept as written.
package struct JSONParser {
  /// Containers one inside another, at most. A value, a request and a row need fewer than ten.
  package static let depthLimit = 64

  private let text: UnsafeBufferPointer<UInt8>
  private var place = 0
  private var depth = 0

  private init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  package static func parse(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONValue {
    var parser = JSONParser(text)
    parser.skipSpace()
    let value = try parser.value()
    parser.skipSpace()
    guard parser.place == text.count else { throw parser.error(.trailingText) }
    return value
  }

  package static func parse(_ text: [UInt8]) throws(JSONError) -> JSONValue {
    try text.withUnsafeBufferPointer { buffer throws(JSONError) in try parse(buffer) }
  }

  package static func parse(_ text: some Sequence<UInt8>) throws(JSONError) -> JSONValue {
    let result = text.withContiguousStorageIfAvailable { buffer in
      Result { () throws(JSONError) in try parse(buffer) }
    }
    if let result { return try result.get() }
    return try parse(Array(text))
  }

  package static func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(text.utf8) }

  private func error(_ kind: JSONError.Kind) -> JSONError { JSONError(kind: kind, offset: place) }

  private mutating func skipSpace() {
    while place < text.count, Self.isSpace(text[place]) { place += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    guard place < text.count else { throw error(.unexpectedEnd) }
    switch text[place] {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"):
      try enter()
      let object = try object()
      depth -= 1
      return .object(object)
    case UInt8(ascii: "["):
      try enter()
      let array = try array()
      depth -= 1
      return .array(array)
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func enter() throws(JSONError) {
    guard depth < Self.depthLimit else { throw error(.tooDeep) }
    depth += 1
    place += 1
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount {
      guard place < text.count else { throw error(.unexpectedEnd) }
      guard text[place] == word.utf8Start[index] else { throw error(.unexpectedByte) }
      place += 1
    }
    return value
  }

  /// What follows an element: true for a comma, false for the closing byte, which is consumed.
  private mutating func continues(until close: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard place < text.count else { throw error(.unexpectedEnd) }
    let byte = text[place]
    guard byte == close || byte == UInt8(ascii: ",") else { throw error(.unexpectedByte) }
    place += 1
    if byte == close { return false }
    skipSpace()
    return true
  }

  /// Consumes `close` when the container is empty.
  private mutating func isEmpty(until close: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard place < text.count else { throw error(.unexpectedEnd) }
    guard text[place] == close else { return false }
    place += 1
    return true
  }

  private mutating func array() throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    if try isEmpty(until: UInt8(ascii: "]")) { return elements }
    repeat { elements.append(try value()) } while try continues(until: UInt8(ascii: "]"))
    return elements
  }

  private mutating func object() throws(JSONError) -> JSONObject {
    var object = JSONObject()
    if try isEmpty(until: UInt8(ascii: "}")) { return object }
    var keys = KeySet()
    // Requests and rows have this many; growing there step by step costs more than the room.
    object.reserveCapacity(6)
    repeat {
      guard place < text.count else { throw error(.unexpectedEnd) }
      guard text[place] == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
      let start = place
      let key = try string()
      guard keys.insert(key, besides: object) else { throw JSONError(kind: .duplicateKey, offset: start) }
      skipSpace()
      guard place < text.count else { throw error(.unexpectedEnd) }
      guard text[place] == UInt8(ascii: ":") else { throw error(.unexpectedByte) }
      place += 1
      skipSpace()
      object.append(key, try value())
    } while try continues(until: UInt8(ascii: "}"))
    return object
  }

  private mutating func number() throws(JSONError) -> JSONNumber {
    let start = place
    if peek(UInt8(ascii: "-")) { place += 1 }
    if peek(UInt8(ascii: "0")) { place += 1 } else { try digits(from: start) }
    if peek(UInt8(ascii: ".")) {
      place += 1
      try digits(from: start)
    }
    if peek(UInt8(ascii: "e")) || peek(UInt8(ascii: "E")) {
      place += 1
      if peek(UInt8(ascii: "+")) || peek(UInt8(ascii: "-")) { place += 1 }
      try digits(from: start)
    }
    return JSONNumber(unchecked: String(decoding: text[start..<place], as: UTF8.self))
  }

  private func peek(_ byte: UInt8) -> Bool { place < text.count && text[place] == byte }

  private mutating func digits(from start: Int) throws(JSONError) {
    let first = place
    while place < text.count, text[place] &- UInt8(ascii: "0") < 10 { place += 1 }
    guard place == first else { return }
    guard place < text.count else { throw error(.unexpectedEnd) }
    throw error(first == start ? .unexpectedByte : .invalidNumber)
  }

  private mutating func string() throws(JSONError) -> String {
    place += 1
    let start = place
    var isASCII = true
    while place < text.count {
      let byte = text[place]
      if byte == UInt8(ascii: "\"") {
        let slice = UnsafeBufferPointer(rebasing: text[start..<place])
        place += 1
        return try decode(slice, isASCII: isASCII, at: start)
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw error(.controlCharacter) }
      if byte >= 0x80 { isASCII = false }
      place += 1
    }
    throw error(.unexpectedEnd)
  }

  private func decode(_ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool, at start: Int) throws(JSONError)
    -> String
  {
    if isASCII { return String(decoding: bytes, as: UTF8.self) }
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw JSONError(kind: .invalidUTF8, offset: start)
    }
    return string
  }

  /// The slow way, for a string with a backslash; `place` stands at the first one.
  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var bytes = Array(text[start..<place])
    while place < text.count {
      let byte = text[place]
      if byte == UInt8(ascii: "\"") {
        place += 1
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw JSONError(kind: .invalidUTF8, offset: start)
        }
        return string
      }
      guard byte >= 0x20 else { throw error(.controlCharacter) }
      place += 1
      if byte == UInt8(ascii: "\\") { try escape(into: &bytes) } else { bytes.append(byte) }
    }
    throw error(.unexpectedEnd)
  }

  private mutating func escape(into bytes: inout [UInt8]) throws(JSONError) {
    guard place < text.count else { throw error(.unexpectedEnd) }
    let byte = text[place]
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"): bytes.append(contentsOf: String(try unicodeEscape()).utf8)
    default: throw JSONError(kind: .invalidEscape, offset: place - 1)
    }
  }

  /// The scalar of `XXXX` or `XXXX\uXXXX`; `place` stands behind the first `\u`.
  private mutating func unicodeEscape() throws(JSONError) -> Character {
    let start = place
    let high = try hexDigits()
    if let scalar = Unicode.Scalar(high) { return Character(scalar) }
    guard high < 0xDC00, peek(UInt8(ascii: "\\")), place + 1 < text.count,
      text[place + 1] == UInt8(ascii: "u")
    else {
      throw JSONError(kind: .loneSurrogate, offset: start)
    }
    place += 2
    let low = try hexDigits()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + low - 0xDC00)
    else { throw JSONError(kind: .loneSurrogate, offset: start) }
    return Character(scalar)
  }

  private mutating func hexDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard place < text.count else { throw error(.unexpectedEnd) }
      guard let digit = Character(Unicode.Scalar(text[place])).hexDigitValue, text[place] < 0x80 else {
        throw error(.invalidEscape)
      }
      value = value << 4 + UInt32(digit)
      place += 1
    }
    return value
  }
}

/// A set that says whether a key is new to an object, comparing bytes: Swift's own string equality would call
/// canonically equivalent keys one.
private struct KeySet {
  private var seen: Set<[UInt8]> = []
  /// Below this many members a walk is faster than hashing, and above it a walk would be quadratic.
  private static let walkLimit = 24

  mutating func insert(_ key: String, besides object: JSONObject) -> Bool {
    guard object.members.count >= Self.walkLimit else {
      for member in object.members
      where member.key.utf8.count == key.utf8.count && member.key.isSameText(as: key) {
        return false
      }
      return true
    }
    if seen.isEmpty { seen = Set(object.members.map { Array($0.key.utf8) }) }
    return seen.insert(Array(key.utf8)).inserted
  }
}
