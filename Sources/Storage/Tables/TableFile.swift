import POSIX

/// A table's file held open, its header read.
struct TableFile: Sendable {
  let table: String
  let file: FileDescriptor
  let header: TableHeader
  let size: Int
  private let sum: UInt32
  /// The checksum of what it covers of the header line.
  private let seed: UInt32
  /// Where the rows begin.
  private let start: Int

  static func name(of table: String) -> String { table + ".json" }
  static func temporaryName(of table: String) -> String { table + ".json.new" }

  var name: String { Self.name(of: table) }

  init(_ table: String, in root: Directory) throws(StorageError) {
    self.table = table
    let name = Self.name(of: table)
    file = try root.openOwned(name, .read)
    size = try system(file.status()).size
    var lines = LineReader(file, from: 0, to: size, chunk: 1 << 13)
    guard let line = try system(lines.advance()), line.isComplete else {
      throw .damaged(Damage(name, line: 1, offset: 0, "the table's header is missing"))
    }
    let (header, sum, summed) = try TableHeader.read(lines.withLine { Array($0) }, of: name)
    self.header = header
    self.sum = sum
    seed = CRC32C.checksum(summed)
    start = line.next
  }

  /// The rows' text: everything behind the header, checked against the checksum, without the closing `]}`.
  func readRows() throws(StorageError) -> TableText {
    var bytes = try system(file.read(start..<max(start, size)))
    guard CRC32C.checksum(bytes, seed: seed) == sum else {
      throw .damaged(Damage(name, "the checksum does not fit the table's content"))
    }
    guard bytes.suffix(3).elementsEqual("]}\n".utf8) else {
      throw .damaged(Damage(name, "the table lacks its end"))
    }
    bytes.removeLast(3)
    return TableText(name: name, bytes: bytes, start: start)
  }
}

/// The rows of a table, one a line, still as text.
struct TableText: Sendable {
  /// Of the file, for messages.
  let name: String
  let bytes: [UInt8]
  /// Where `bytes` stands in the file.
  let start: Int

  /// Two parts of about one size, cut between rows.
  var halves: (Range<Int>, Range<Int>) {
    let middle = bytes[(bytes.count / 2)...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    let cut = middle ?? bytes.count
    return (0..<cut, cut..<bytes.count)
  }

  /// Hands over each row's text in `range` without its comma.
  func forEachRow(
    in range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>, _ offset: Int) throws(StorageError) -> Void
  ) throws(StorageError) {
    var failure: StorageError?
    bytes.withUnsafeBufferPointer { buffer in
      do throws(StorageError) {
        var place = range.lowerBound
        while place < range.upperBound {
          let rest = UnsafeBufferPointer(rebasing: buffer[place..<range.upperBound])
          let length = UnsafeRawBufferPointer(rest).place(of: 0x0A) ?? rest.count
          let hasComma = length > 0 && rest[length - 1] == UInt8(ascii: ",")
          try body(UnsafeBufferPointer(rebasing: rest[..<(hasComma ? length - 1 : length)]), start + place)
          place += length + 1
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// The line at `offset` of the file, for messages.
  func line(at offset: Int) -> Int {
    2 + bytes[..<(offset - start)].count { $0 == UInt8(ascii: "\n") }
  }
}
