import JSON
import Model
import POSIX
import StorageExercise
import Testing

@testable import Storage

@Suite struct SnapshotTests {
  @Test func `a snapshot moves final rows to history and shortens the journal`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.end(Array(store.begin(10).prefix(4)))
      let fold = store.fold
      #expect(try store.snapshotNow())
      #expect(try directory.lines("journal.jsonl").count == 1)
      #expect(store.fold.jobs == fold.jobs.filter { $0.key > 4 })
      #expect(store.history.count == 4 && store.fold.nextJob == 11)
      #expect(try directory.store().fold == store.fold)
      #expect(try directory.root.names().filter { $0.hasSuffix(".new") } == [])
    }
  }

  @Test func `a table is one JSON document with a row a line`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.end([store.begin(3)[1]])
      _ = try store.snapshotNow()
      let document = try JSONParser.parse(directory.content("jobs.json"))
      #expect(document["format"]?.int == 1 && document["through"]?.int == 5 && document["next"]?.int == 4)
      #expect(document["rows"]?.array?.compactMap { $0["id"]?.int } == [1, 3])
      #expect(document["history"]?.array?.count == 1)
      let lines = try directory.lines("jobs.json")
      #expect(lines.count == 4 && lines[1].hasPrefix("{\"id\":1,") && lines[1].hasSuffix(","))
      #expect(try directory.lines("history/jobs-1.jsonl").map { $0.prefix(8) } == ["{\"id\":2,"])
      #expect(try JSONParser.parse(directory.content("accounts.json"))["history"] == nil)
    }
  }

  @Test func `a process that lags behind follows one switch and loads after several`() throws {
    try withDataDirectory { directory in
      let (writer, follower, sleeper) = (try directory.store(), try directory.store(), try directory.store())
      for _ in 0..<3 {
        try writer.end([writer.begin(3)[0]])
        _ = try writer.snapshotNow()
        try writer.begin()
        try follower.refresh()
        #expect(follower.fold == writer.fold && follower.history.count == writer.history.count)
      }
      try sleeper.refresh()
      #expect(sleeper.fold == writer.fold && sleeper.history.count == 3)
      #expect(try sleeper.begin() == [13])
    }
  }

  @Test func `records written while a snapshot runs are carried over`() throws {
    try withDataDirectory { directory in
      let (writer, other) = (try directory.store(), try directory.store())
      try writer.begin(5)
      let snapshotter = try directory.store { options in
        options.snapshotFloorBytes = 0
        options.snapshotStep = { step in
          // On the snapshot's thread, which the owner waits for: nothing else uses `other` meanwhile.
          if step == .tableWritten || step == .journalArchived {
            _ = try? DataDirectory.open(directory.path, create: false).store().begin(2, note: step.rawValue)
          }
        }
      }
      snapshotter.maintain()
      snapshotter.close()
      try snapshotter.refresh()
      try writer.refresh()
      try other.refresh()
      #expect(snapshotter.fold.jobs.count == 11)
      #expect(writer.fold == snapshotter.fold && other.fold == snapshotter.fold)
      #expect(try directory.lines("journal.jsonl").count == 7)
    }
  }

  @Test func `maintain writes a snapshot when the journal has outgrown it`() throws {
    try withDataDirectory { directory in
      let store = try directory.store { $0.snapshotFloorBytes = 20_000 }
      var generations: Set<Int> = []
      for _ in 0..<60 {
        try store.begin(20)
        store.maintain()
        store.close()
        try store.refresh()
        generations.insert(store.journal.header.generation)
      }
      // 1,200 rows of some 100 bytes: the table grows, so the journal may grow as long before the next one.
      #expect((4...12).contains(generations.count))
      #expect(store.fold.jobs.count == 1200)
    }
  }

  @Test func `only one process writes a snapshot`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin()
      let lock = try directory.tryLock(.snapshotter)
      #expect(lock != nil)
      #expect(try !store.snapshotNow())
      #expect(store.journal.header.generation == 1)
    }
  }

  @Test func `a snapshot that is behind another gives up`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin(3)
      var options = StoreOptions()
      options.lockSeconds = 1
      let (old, position) = (store.fold, store.position)
      try store.end([1])
      _ = try store.snapshotNow()
      let job = SnapshotJob(
        directory: directory, options: options, lock: try #require(try directory.tryLock(.snapshotter)),
        fold: old,
        position: position, keeping: nil)
      #expect(job.run() != nil)
      #expect(try directory.store().history.count == 1)
    }
  }

  @Test(arguments: SnapshotStep.allCases)
  func `death at any step loses and doubles nothing`(step: SnapshotStep) throws {
    try withDataDirectory { directory in
      let survivor = try directory.store()
      // Twice: the second snapshot finds what the first left, and a living process saw neither switch.
      for round in 0..<2 {
        let exerciser = try Exerciser(
          ["write", directory.path, "r\(round)", "10000", "3", "6000", step.rawValue, "\(round + 1)"])
        let lines = exerciser.lines()
        #expect(exerciser.wait() == 256 + 9, "it ended another way: \(lines.last ?? "")")
        let store = try directory.store()
        let acknowledged = lines.filter { $0.hasPrefix("ack") }.count
        #expect(try notes(store).filter { $0.hasPrefix("r\(round)-") }.count >= acknowledged * 3)
        expectWhole(directory)
        try survivor.refresh()
        #expect(survivor.fold.nextJob == store.fold.nextJob)
      }
      try survivor.begin()
      _ = try survivor.snapshotNow()
      #expect(try Set(notes(survivor)).count == survivor.fold.nextJob - 1)
      #expect(try directory.store().fold == survivor.fold)
    }
  }

  /// The notes of all jobs, in the table and in history; equal notes of one job are counted each time.
  private func notes(_ store: Store<ToyState>) throws -> [String] {
    let final = try store.history.rows(after: nil, limit: 100_000).rows.compactMap { $0["note"]?.string }
    return final + store.fold.jobs.values.map(\.note)
  }
}
