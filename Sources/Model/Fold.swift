import JSON

/// An event that may be journaled: a type and its data, both as they stand in the file.
package protocol JournaledEvent: Sendable {
  var type: String { get }
  var data: JSONObject { get }
  /// Throws when the type is unknown or the data does not have its shape.
  init(type: String, data: JSONObject) throws
}

/// One numbered fact.
package struct Record<Event: JournaledEvent>: Sendable {
  package let seq: Int
  package let time: Timestamp
  package let event: Event

  package init(seq: Int, time: Timestamp, event: Event) {
    self.seq = seq
    self.time = time
    self.event = event
  }
}

/// A state that the journal is folded into: tables of rows, and nothing that the events do not say.
///
/// Storage keeps a fold on disk without knowing what it means. Each table remembers the seq its rows are
/// through, so that tables snapshotted at different moments can be folded on from one journal: `apply`
/// leaves alone any table that is already past the record.
package protocol Fold: Sendable {
  associatedtype Event: JournaledEvent
  associatedtype Row: Sendable

  /// The tables' names; each is kept in the file of that name with `.json`.
  static var tables: [String] { get }
  /// The table whose final rows are moved out to history.
  static var historyTable: String { get }

  /// The state before the first event.
  init()

  /// Loading: each table is begun, then its rows are inserted; `finishLoading` follows the journal's events.
  mutating func begin(table: String, through seq: Int, nextID: Int)
  /// Pure, so that rows can be decoded on several threads.
  static func decode(_ row: JSONObject, of table: String) throws -> Row
  mutating func insert(_ row: Row)
  mutating func finishLoading() throws

  /// Folds one event in. Called in the order of seqs, without a gap. Throws when the event cannot follow
  /// the state, which means damage: it was journaled by a process that had applied it.
  mutating func apply(_ record: Record<Event>) throws

  /// For a snapshot: the next id of a table, and its rows, rising by id. `isFinal` rows go to history.
  func nextID(of table: String) -> Int
  func forEachRow(of table: String, _ body: (_ row: JSONObject, _ isFinal: Bool) throws -> Void) rethrows

  /// Forgets the final rows that became final at or before `seq`: history has them now.
  mutating func dropFinalRows(through seq: Int)

  /// What is wrong with the state by itself (references, sums, what would be done with it at that time), one sentence
  /// each; for `berth doctor`.
  func findings(at now: Timestamp) -> [String]
}
