import JSON

/// A segment as its table's header names it: a file that grew beyond this, or is not named, does not count.
struct SegmentEntry: Sendable, Equatable {
  /// In `history/`.
  let file: String
  let bytes: Int
  let rows: Int
  let firstID: Int
  let lastID: Int
  /// CRC-32C of its content.
  let sum: UInt32

  var json: JSONObject {
    JSONObject([
      ("file", .string(file)), ("bytes", .int(bytes)), ("rows", .int(rows)), ("first", .int(firstID)),
      ("last", .int(lastID)), ("sum", .string(SealedLine.hexadecimal(sum))),
    ])
  }

  init(file: String, bytes: Int, rows: Int, firstID: Int, lastID: Int, sum: UInt32) {
    self.file = file
    self.bytes = bytes
    self.rows = rows
    self.firstID = firstID
    self.lastID = lastID
    self.sum = sum
  }

  init?(_ json: JSONObject) {
    guard let file = json["file"]?.string, !file.contains("/"), let bytes = json["bytes"]?.int,
      let rows = json["rows"]?.int, let firstID = json["first"]?.int, let lastID = json["last"]?.int,
      let sum = (json["sum"]?.string).flatMap({ SealedLine.number($0.utf8) })
    else { return nil }
    self.init(file: file, bytes: bytes, rows: rows, firstID: firstID, lastID: lastID, sum: sum)
  }

  /// `deployments-12.jsonl`.
  static func fileName(_ table: String, _ number: Int) -> String { "\(table)-\(number).jsonl" }

  /// The number in such a name; nil for any other.
  static func number(of file: String, table: String) -> Int? {
    guard file.hasPrefix(table + "-"), file.hasSuffix(".jsonl") else { return nil }
    return Int(file.dropFirst(table.utf8.count + 1).dropLast(6))
  }
}
