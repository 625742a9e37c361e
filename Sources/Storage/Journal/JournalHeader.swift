import JSON
import Model
import POSIX

/// The journal's first line: what it starts from.
struct JournalHeader: Sendable, Equatable {
  static let format = 1

  /// Counts the journals of this directory; each switch makes the next.
  var generation: Int
  /// The last record that is not in this file.
  var seq: Int
  /// That record's checksum, which the first one here continues from.
  var chain: UInt32
  /// That record's time.
  var time: Timestamp
  /// The tables that were written before this journal was; each must be there.
  var tables: [String]

  static let first = JournalHeader(
    generation: 1, seq: 0, chain: 0, time: Timestamp(milliseconds: 0), tables: [])

  /// The whole line, its LF included.
  var line: [UInt8] {
    var writer = JSONWriter()
    writer.raw("{\"format\":")
    writer.write(Self.format)
    writer.raw(",\"generation\":")
    writer.write(generation)
    writer.raw(",\"seq\":")
    writer.write(seq)
    writer.raw(",\"chain\":")
    writer.write(SealedLine.hexadecimal(chain))
    writer.raw(",\"time\":")
    writer.write(time.text)
    writer.raw(",\"tables\":")
    writer.write(.array(tables.map(JSONValue.string)))
    _ = SealedLine.seal(&writer.bytes, from: 0, seed: 0)
    return writer.bytes
  }

  init(generation: Int, seq: Int, chain: UInt32, time: Timestamp, tables: [String]) {
    self.generation = generation
    self.seq = seq
    self.chain = chain
    self.time = time
    self.tables = tables
  }

  /// Reads `line` (without its LF) of the file `name`.
  init(_ line: UnsafeRawBufferPointer, of name: String) throws(StorageError) {
    let value = try? JSONParser.parse(line.bindMemory(to: UInt8.self))
    // The format comes before the checksum: a newer one may be sealed in another way.
    if let format = value?["format"]?.int, format > Self.format {
      throw .newerFormat(file: name, format: format)
    }
    guard SealedLine.verify(line, seed: 0) != nil, value?["format"]?.int == Self.format,
      let generation = value?["generation"]?.int, let seq = value?["seq"]?.int,
      let chain = (value?["chain"]?.string).flatMap({ SealedLine.number($0.utf8) }),
      let time = (value?["time"]?.string).flatMap({ Timestamp($0) }),
      let tables = value?["tables"]?.array?.map(\.string), !tables.contains(nil)
    else { throw .damaged(Damage(name, line: 1, offset: 0, "the journal's header cannot be read")) }
    self.init(
      generation: generation, seq: seq, chain: chain, time: time, tables: tables.compactMap(\.self))
  }
}
