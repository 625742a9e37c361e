import JSON
import Model
import POSIX
import StorageExercise
import Testing

@testable import Storage

@Suite struct HistoryTests {
  /// A segment of the rows `ids`, each with a note as long as `length` says.
  private func segment(
    _ number: Int, _ ids: some Sequence<Int>, in directory: DataDirectory, length: (Int) -> Int
  )
    throws -> SegmentEntry
  {
    var writer = try SegmentWriter(SegmentEntry.fileName("jobs", number), in: directory.history)
    for id in ids {
      try writer.append(["id": .int(id), "note": .string(String(repeating: "n", count: length(id)))])
    }
    return try #require(try writer.finish())
  }

  @Test(arguments: [1, 40, 3000, 20_000])
  func `every row is found, and none that is not there`(length: Int) throws {
    try withDataDirectory { directory in
      let ids = (1...400).map { $0 * $0 }
      let entry = try segment(1, ids, in: directory) { $0 % 7 == 0 ? length : 10 }
      let history = try History([entry], in: directory.history)
      for id in ids {
        #expect(try history.row(id: id)?["id"]?.int == id)
        let none = ids.contains(id + 1) ? nil : try history.row(id: id + 1)
        #expect(none == nil)
      }
      #expect(try history.row(id: 0) == nil && history.row(id: 1_000_000) == nil)
      for beyond in [1_000_000, 1 << 53, Int.max] {
        #expect(
          try history.rows(after: beyond, ascending: false, limit: 1).rows.first?["id"]?.int == ids.last)
        #expect(try history.rows(after: beyond, limit: 1).rows.isEmpty)
      }
    }
  }

  @Test func `pages go through overlapping segments in order, up and down`() throws {
    try withDataDirectory { directory in
      let entries = try (0..<5).map { number in
        try segment(number + 1, stride(from: number + 1, through: 3000, by: 5), in: directory) { $0 % 300 }
      }
      let history = try History(entries, in: directory.history)
      #expect(history.count == 3000)
      for (isUp, limit) in [(true, 7), (false, 7), (true, 1000), (false, 1000)] {
        var ids: [Int] = []
        var isLast = false
        while !isLast {
          let page = try history.rows(after: ids.last, ascending: isUp, limit: limit)
          #expect(page.rows.count <= limit)
          ids += page.rows.compactMap { $0["id"]?.int }
          isLast = page.isLast
        }
        #expect(ids == (isUp ? Array(1...3000) : (1...3000).reversed()))
      }
      #expect(try history.rows(after: 10, limit: 2).rows.map { $0["id"]?.int } == [11, 12])
      #expect(try history.rows(after: 10, ascending: false, limit: 2).rows.map { $0["id"]?.int } == [9, 8])
      #expect(try history.rows(after: nil, limit: 1000, budget: 1).rows.count == 1)
      #expect(try history.rows(after: 3000, limit: 5).isLast)
    }
  }

  @Test func `segments are merged so that few are left`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      for _ in 0..<40 {
        try store.end(store.begin(20, note: String(repeating: "long", count: 30)))
        _ = try store.snapshotNow()
      }
      #expect(store.history.count == 800 && store.fold.jobs.isEmpty)
      #expect(store.history.segments.count <= 6)
      let files = try directory.history.names().filter { $0.hasPrefix("jobs-") }
      #expect(files.count == store.history.segments.count)
      for id in 1...800 { #expect(try store.history.row(id: id)?["id"]?.int == id) }
    }
  }

  @Test func `a history that is open stays readable when it is superseded`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.end(store.begin(5))
      _ = try store.snapshotNow()
      let old = store.history
      for _ in 0..<8 {
        try store.end(store.begin(5))
        _ = try store.snapshotNow()
      }
      #expect(try old.rows(after: nil, limit: 100).rows.count == 5)
      #expect(try old.row(id: 3) != nil && old.row(id: 6) == nil)
    }
  }

  @Test func `tiers merge the smallest full one and leave the others`() {
    func entry(_ bytes: Int, _ number: Int) -> SegmentEntry {
      SegmentEntry(file: "jobs-\(number).jsonl", bytes: bytes, rows: 1, firstID: 1, lastID: 1, sum: 0)
    }
    let small = (1...4).map { entry(100, $0) }
    let large = (5...8).map { entry(1 << 20, $0) }
    #expect(SegmentTiers.due(large + small) == small)
    #expect(SegmentTiers.due(large) == large)
    #expect(SegmentTiers.due(Array(large.dropLast()) + small.dropLast()) == nil)
  }
}
