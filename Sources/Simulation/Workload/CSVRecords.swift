/// The records of comma-separated values, one after the other: quotes, CRLF and a byte order mark are understood.
///
/// Source: RFC 4180. Blank lines are skipped.
struct CSVRecords {
  struct Record {
    /// Of its first byte, from 1.
    let line: Int
    let fields: [String]
  }

  private let text: WorkloadText
  private var place: Int
  private var line = 1

  init(_ text: WorkloadText) {
    self.text = text
    place = text.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Nil at the end.
  mutating func next() throws(WorkloadError) -> Record? {
    while place < text.bytes.count {
      let first = line
      let fields = try record()
      if fields != [""] { return Record(line: first, fields: fields) }
    }
    return nil
  }

  private mutating func record() throws(WorkloadError) -> [String] {
    var fields: [String] = []
    while true {
      let isQuoted = place < text.bytes.count && text.bytes[place] == UInt8(ascii: "\"")
      fields.append(isQuoted ? try quotedField() : plainField())
      guard place < text.bytes.count else { return fields }
      let byte = text.bytes[place]
      place += 1
      if byte == UInt8(ascii: ",") { continue }
      line += 1
      return fields
    }
  }

  /// Up to the comma or the end of the line, without spaces around it.
  private mutating func plainField() -> String {
    let start = place
    while place < text.bytes.count, text.bytes[place] != UInt8(ascii: ","),
      text.bytes[place] != UInt8(ascii: "\n")
    {
      place += 1
    }
    var range = start..<place
    while let first = range.first, Self.isBlank(text.bytes[first]) { range = range.dropFirst() }
    while let last = range.last, Self.isBlank(text.bytes[last]) { range = range.dropLast() }
    return String(decoding: text.bytes[range], as: UTF8.self)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\t")
  }

  private mutating func quotedField() throws(WorkloadError) -> String {
    let opened = line
    var field: [UInt8] = []
    place += 1
    while place < text.bytes.count {
      let byte = text.bytes[place]
      place += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      guard byte == UInt8(ascii: "\"") else {
        field.append(byte)
        continue
      }
      if place < text.bytes.count, text.bytes[place] == UInt8(ascii: "\"") {
        field.append(byte)
        place += 1
        continue
      }
      guard plainField().isEmpty else {
        throw WorkloadError(text.name, line: line, "something stands between a closing quote and the comma")
      }
      return String(decoding: field, as: UTF8.self)
    }
    throw WorkloadError(text.name, line: opened, "a quote is opened here and never closed")
  }
}
