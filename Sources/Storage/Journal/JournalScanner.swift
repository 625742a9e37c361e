import JSON
import Model
import POSIX

/// The place where a journal stops being readable.
struct Tear: Sendable {
  /// The first line that is not a sound record.
  let line: Int
  let offset: Int
  let why: String
}

/// A forward reader of a journal by whole batches, which checks chain and order.
struct JournalScanner {
  let journal: JournalFile
  /// Behind the last whole batch.
  private(set) var position: JournalPosition
  /// The highest seq that a record read so far claims to be on disk.
  private(set) var durable: Int

  init(_ journal: JournalFile, from position: JournalPosition, durable: Int) {
    self.journal = journal
    self.position = position
    self.durable = durable
  }

  /// Reads to the byte `end`, handing over the records of each batch once the whole of it is known to be
  /// there. Answers what it could not read; its position is then before the batch that is torn.
  mutating func scan(
    to end: Int, _ body: (_ batch: [JournalRecord], _ firstLine: Int) throws(StorageError) -> Void
  ) throws(StorageError) -> Tear? {
    var lines = LineReader(journal.file, from: position.offset, to: end)
    var ahead = position
    var batch: [JournalRecord] = []
    while let line = try system(lines.advance()) {
      let reading = lines.withLine { Self.read($0, isComplete: line.isComplete, after: ahead) }
      switch reading {
      case .failure(let flaw):
        return Tear(line: ahead.line, offset: line.offset, why: flaw.rawValue)
      case .success((let record, let sum)):
        ahead = JournalPosition(
          offset: line.next, line: ahead.line + 1, seq: record.seq, chain: sum, time: record.time)
        batch.append(record)
        guard !record.hasMore else { continue }
        try body(batch, position.line)
        durable = max(durable, batch[0].durable)
        position = ahead
        batch.removeAll(keepingCapacity: true)
      }
    }
    guard batch.isEmpty else {
      return Tear(
        line: position.line, offset: position.offset, why: "the batch that starts here lacks its end")
    }
    return nil
  }

  /// Goes to `target`, known from another copy of the same records; false when it is not there.
  mutating func skip(to target: JournalPosition) throws(StorageError) -> Bool {
    var lines = LineReader(journal.file, from: position.offset, to: try system(journal.file.status()).size)
    while position.seq < target.seq, let line = try system(lines.advance()) {
      let reading = lines.withLine { Self.read($0, isComplete: line.isComplete, after: position) }
      guard case .success((let record, let sum)) = reading else { return false }
      position = JournalPosition(
        offset: line.next, line: position.line + 1, seq: record.seq, chain: sum, time: record.time)
    }
    return position.seq == target.seq && position.chain == target.chain
  }

  private enum Flaw: String, Error {
    case noEnd = "the line lacks its end"
    case badSum = "the checksum does not fit the line and the one before it"
    case badShape = "the line is not a record"
    case badSeq = "the seq is not the next one"
  }

  private static func read(
    _ line: UnsafeRawBufferPointer, isComplete: Bool, after position: JournalPosition
  ) -> Result<(JournalRecord, UInt32), Flaw> {
    guard isComplete else { return .failure(.noEnd) }
    guard let sum = SealedLine.verify(line, seed: position.chain) else { return .failure(.badSum) }
    guard let record = JournalRecord(line) else { return .failure(.badShape) }
    guard record.seq == position.seq + 1 else { return .failure(.badSeq) }
    return .success((record, sum))
  }
}
