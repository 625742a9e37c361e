import JSON
import Model
import POSIX
import Services
import Storage
import TestSupport
import Testing

/// The journal is all there is: state and decisions come from it again.
///
/// `BERTH_REPLAY_OPERATIONS` is how many calls are made; CI makes fewer than the 10,000 that were tried.
struct ReplayTests {
  private static let operations =
    ThisProcess.environment("BERTH_REPLAY_OPERATIONS").flatMap { Int($0) } ?? 700
  private static let seed = ThisProcess.environment("BERTH_REPLAY_SEED").flatMap { UInt64($0) } ?? 17

  @Test func `a journal of mixed operations gives the identical state, and the identical decisions`() throws {
    // A snapshot now and then, so that the server's own tables are there to be compared with.
    try withFixture(.init(.socket, snapshotAfter: 200_000)) { fixture in
      var work = try MixedWork(fixture, seed: Self.seed)
      try work.make(Self.operations)
      #expect(try fixture.server.stop() == .exited(code: 0))
      let store = try Store<PlanningState>.open(try DataDirectory.open(fixture.sandbox.data, create: false))
      defer { store.close() }
      let records = try Self.records(of: store)
      let kept = try Self.tables(store.fold.state, store.history)
      #expect(kept == (try Self.replayed(records)))
      var again = try Redecision(of: records)
      try again.run()
      #expect(again.difference == nil, "seed \(Self.seed)")
      let made = records.count { $0.event.isDecision }
      #expect(again.decisions == made && made > Self.operations / 10)
      print(
        "replayed \(work.done) operations (\(work.refused) more were refused), \(records.count) events,"
          + " \(made) decisions, \(kept.reduce(0) { $0 + $1.utf8.count }) bytes of tables, seed \(Self.seed)")
    }
  }

  private static func records(of store: Store<PlanningState>) throws -> [Record<Event>] {
    let cursor = try store.events(after: 0)
    var records: [Record<Event>] = []
    while true {
      let more = try cursor.next(limit: 10_000)
      guard !more.isEmpty else { return records }
      records += more
    }
  }

  /// Every table as text: the next id, then a row a line by id. Deployments with those in history.
  private static func tables(_ state: State, _ history: History?) throws -> [String] {
    try State.tables.map { table in
      var rows: [Int: String] = [:]
      if table == State.historyTable, let history {
        for row in try history.rows(after: nil, limit: .max, budget: .max).rows {
          rows[row["id"]?.int ?? 0] = JSONValue.object(row).text
        }
      }
      state.forEachRow(of: table) { row, _ in rows[row["id"]?.int ?? 0] = JSONValue.object(row).text }
      let lines = rows.sorted { $0.key < $1.key }.map(\.value)
      return (["\(table) \(state.nextID(of: table))"] + lines).joined(separator: "\n")
    }
  }

  /// The tables that the events alone give.
  private static func replayed(_ records: [Record<Event>]) throws -> [String] {
    var state = State()
    for record in records { try state.apply(record) }
    return try tables(state, nil)
  }
}
