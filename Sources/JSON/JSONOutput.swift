/// Room that JSON is written into, which grows: at first the caller's, then its own.
struct JSONOutput {
  private var room: UnsafeMutableRawBufferPointer
  private var count = 0
  private var isOwned = false

  init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

  /// Valid until the next write, and not after `free`.
  var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: room[..<count]) }

  func free() {
    if isOwned { room.deallocate() }
  }

  private mutating func reserve(_ more: Int) {
    if count + more > room.count { grow(more) }
  }

  private mutating func grow(_ more: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count + more, room.count * 2), alignment: 1)
    larger.copyMemory(from: written)
    free()
    room = larger
    isOwned = true
  }

  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    reserve(1)
    room[count] = byte
    count += 1
  }

  private mutating func put(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    (room.baseAddress! + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  private mutating func put(_ text: StaticString) {
    put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func putUTF8(of text: String) {
    let isPut: Void? = text.utf8.withContiguousStorageIfAvailable { put(UnsafeRawBufferPointer($0)) }
    if isPut == nil { Array(text.utf8).withUnsafeBytes { put($0) } }
  }
}

extension JSONOutput {
  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: put("null")
    case .bool(let value): put(value ? "true" : "false")
    case .number(let value): putUTF8(of: value.text)
    case .string(let value): write(value)
    case .array(let elements):
      put(UInt8(ascii: "["))
      var isFirst = true
      for element in elements {
        if !isFirst { put(UInt8(ascii: ",")) }
        isFirst = false
        write(element)
      }
      put(UInt8(ascii: "]"))
    case .object(let object): write(object)
    }
  }

  mutating func write(_ object: JSONObject) {
    put(UInt8(ascii: "{"))
    var isFirst = true
    for member in object.members {
      if !isFirst { put(UInt8(ascii: ",")) }
      isFirst = false
      write(member.key)
      put(UInt8(ascii: ":"))
      write(member.value)
    }
    put(UInt8(ascii: "}"))
  }

  mutating func write(_ text: String) {
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { write(UnsafeRawBufferPointer($0)) }
    if isWritten == nil { Array(text.utf8).withUnsafeBytes { write($0) } }
  }

  private mutating func write(_ utf8: UnsafeRawBufferPointer) {
    reserve(utf8.count + 2)
    put(UInt8(ascii: "\""))
    var start = 0
    while let place = Self.firstEscape(in: utf8, from: start) {
      put(UnsafeRawBufferPointer(rebasing: utf8[start..<place]))
      escape(utf8[place])
      start = place + 1
    }
    put(UnsafeRawBufferPointer(rebasing: utf8[start...]))
    put(UInt8(ascii: "\""))
  }

  private static func firstEscape(in utf8: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var place = start
    while place < utf8.count {
      let byte = utf8[place]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F {
        return place
      }
      place += 1
    }
    return nil
  }

  private mutating func escape(_ byte: UInt8) {
    put(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
    case 0x0A: put(UInt8(ascii: "n"))
    case 0x0D: put(UInt8(ascii: "r"))
    case 0x09: put(UInt8(ascii: "t"))
    case 0x08: put(UInt8(ascii: "b"))
    case 0x0C: put(UInt8(ascii: "f"))
    default:
      put("u00")
      put(Self.hexDigit(byte >> 4))
      put(Self.hexDigit(byte & 15))
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
