import JSON
import Model

/// The lines of one batch, encoded as they come.
///
/// A line is sealed when the next one begins or the batch ends, because only then is it known whether the
/// batch goes on behind it.
struct RecordBuffer {
  private var writer = JSONWriter()
  private var lineStart = 0
  private var chain: UInt32 = 0
  private var durable = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// Begins a batch behind `position`, by a writer that knows `durable` to be on disk.
  mutating func begin(after position: JournalPosition, durable: Int) {
    writer.bytes.removeAll(keepingCapacity: true)
    lineStart = 0
    count = 0
    chain = position.chain
    self.durable = durable
  }

  mutating func append<Event: JournaledEvent>(_ record: Record<Event>, timeText: String) {
    if count > 0 {
      writer.raw(",\"more\":true")
      seal()
    }
    count += 1
    writer.raw("{\"seq\":")
    writer.write(record.seq)
    writer.raw(",\"time\":\"")
    writer.bytes.append(contentsOf: timeText.utf8)
    writer.raw("\",\"type\":")
    writer.write(record.event.type)
    writer.raw(",\"data\":")
    writer.write(record.event.data)
  }

  /// Ends the batch; answers the last line's checksum.
  mutating func finish() -> UInt32 {
    if count > 0 { seal() }
    return chain
  }

  var bytes: [UInt8] { writer.bytes }

  private mutating func seal() {
    writer.raw(",\"durable\":")
    writer.write(durable)
    chain = SealedLine.seal(&writer.bytes, from: lineStart, seed: chain)
    lineStart = writer.bytes.count
  }
}
