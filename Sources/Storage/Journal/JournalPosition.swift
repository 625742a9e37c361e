import Model

/// A place between two batches of a journal, and what must be known to go on from there.
struct JournalPosition: Sendable, Equatable {
  /// Bytes from the start of the file.
  var offset: Int
  /// The line that starts there, counted from 1.
  var line: Int
  /// The last record before it.
  var seq: Int
  /// That record's checksum.
  var chain: UInt32
  /// That record's time.
  var time: Timestamp
}
