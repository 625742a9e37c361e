import JSON
import POSIX

/// The first line of a table's file.
struct TableHeader: Sendable {
  static let format = 1
  /// `,"sum":"xxxxxxxx","rows":[`: what every header ends in.
  private static let tail = Array(",\"rows\":[".utf8)
  private static let seal = Array(",\"sum\":\"".utf8)
  private static let tailLength = seal.count + 9 + tail.count

  /// The last record the rows know of.
  var through: Int
  var nextID: Int
  /// The segments that final rows were moved to; of the table with a history alone.
  var history: [SegmentEntry]?

  init(through: Int, nextID: Int, history: [SegmentEntry]?) {
    self.through = through
    self.nextID = nextID
    self.history = history
  }

  /// The line with its LF, the checksum left `00000000`, and where the checksum stands. The checksum covers
  /// what is before it here, and then every byte behind this line.
  var line: (bytes: [UInt8], sumOffset: Int) {
    var writer = JSONWriter()
    writer.raw("{\"format\":")
    writer.write(Self.format)
    writer.raw(",\"through\":")
    writer.write(through)
    writer.raw(",\"next\":")
    writer.write(nextID)
    if let history {
      writer.raw(",\"history\":")
      writer.write(.array(history.map { .object($0.json) }))
    }
    let sumOffset = writer.bytes.count + Self.seal.count
    writer.bytes.append(contentsOf: Self.seal + Array("00000000\"".utf8) + Self.tail)
    writer.bytes.append(UInt8(ascii: "\n"))
    return (writer.bytes, sumOffset)
  }

  /// What the checksum covers of the header line.
  static func summed(_ line: some RandomAccessCollection<UInt8>, sumOffset: Int) -> [UInt8] {
    Array(line.prefix(sumOffset - seal.count))
  }

  /// Reads `line` (without its LF) of the file `name`; also gives the checksum and the covered bytes.
  static func read(_ line: [UInt8], of name: String) throws(StorageError)
    -> (header: TableHeader, sum: UInt32, summed: [UInt8])
  {
    let value = try? JSONParser.parse(line + Array("]}".utf8))
    if let format = value?["format"]?.int, format > Self.format {
      throw .newerFormat(file: name, format: format)
    }
    let sumOffset = line.count - tailLength + seal.count
    guard let value, value["format"]?.int == Self.format, let through = value["through"]?.int,
      let nextID = value["next"]?.int, sumOffset > seal.count,
      let sum = SealedLine.number(line[sumOffset..<sumOffset + 8]),
      line[..<sumOffset].suffix(seal.count).elementsEqual(seal), line.suffix(tail.count).elementsEqual(tail)
    else { throw .damaged(Damage(name, line: 1, offset: 0, "the table's header cannot be read")) }
    var history: [SegmentEntry]?
    if let list = value["history"]?.array {
      history = list.compactMap { $0.object.flatMap { SegmentEntry($0) } }
      guard history?.count == list.count else {
        throw .damaged(Damage(name, line: 1, offset: 0, "the header's list of segments cannot be read"))
      }
    }
    let header = TableHeader(through: through, nextID: nextID, history: history)
    return (header, sum, summed(line, sumOffset: sumOffset))
  }
}
