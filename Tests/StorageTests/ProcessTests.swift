import Glibc
import Model
import POSIX
import StorageExercise
import Testing

@testable import Storage

@Suite struct ProcessTests {
  private func notes(_ store: Store<ToyState>) throws -> [String] {
    let final = try store.history.rows(after: nil, limit: 1_000_000, budget: 1 << 30).rows
    return final.compactMap { $0["note"]?.string } + store.fold.jobs.values.map(\.note)
  }

  @Test func `several processes append at once with snapshots between, and nothing is lost or doubled`()
    throws
  {
    try withDataDirectory { directory in
      let watcher = try directory.store()
      let cursor = try watcher.events(after: 0)
      let processes = try (0..<4).map {
        try Exerciser(["write", directory.path, "p\($0)", "150", "4", "30000"])
      }
      var seen: [Int] = []
      for process in processes {
        while let line = process.line() {
          #expect(line.hasPrefix("ack"), "\(line)")
          try watcher.refresh()
          seen += try cursor.next(limit: 100).map(\.seq)
        }
        #expect(process.wait() == 0)
      }
      try watcher.refresh()
      while case let more = try cursor.next(limit: 1000), !more.isEmpty { seen += more.map(\.seq) }
      #expect(seen == Array(1...watcher.recordedSeq))
      let expected = Set(
        (0..<4).flatMap { p in (0..<150).flatMap { i in (0..<4).map { "p\(p)-\(i)-\($0)" } } })
      let found = try notes(watcher)
      #expect(found.count == expected.count && Set(found) == expected)
      #expect(watcher.journal.header.generation > 2)
      #expect(try directory.store().fold == watcher.fold)
    }
  }

  @Test func `what was acknowledged survives killing its writer, again and again`() throws {
    try withDataDirectory { directory in
      let steady = try Exerciser(["write", directory.path, "steady", "120", "4", "20000"])
      var acknowledged: Set<String> = []
      for round in 0..<8 {
        let process = try Exerciser(["write", directory.path, "k\(round)", "100000", "5", "20000"])
        var last = -1
        for _ in 0...(round * 3) {
          if let line = process.line(), line.hasPrefix("ack") { last += 1 }
        }
        process.signal(SIGKILL)
        last += process.lines().filter { $0.hasPrefix("ack") }.count
        #expect(process.wait() == 256 + SIGKILL)
        for place in 0...max(0, last) { acknowledged.formUnion((0..<5).map { "k\(round)-\(place)-\($0)" }) }
      }
      #expect(steady.lines().count { $0.hasPrefix("ack") } == 120)
      let store = try directory.store()
      let found = try notes(store)
      #expect(acknowledged.subtracting(found).isEmpty)
      #expect(Set(found).count == found.count && found.count == store.fold.nextJob - 1)
      // A batch holds whole or not at all.
      let batches = Dictionary(grouping: found.filter { $0.hasPrefix("k") }) { $0.dropLast(2) }
      #expect(batches.values.allSatisfy { $0.count == 5 })
    }
  }

  @Test func `a process stopped with the lock in its hand hangs nobody`() throws {
    try withDataDirectory { directory in
      let store = try directory.store { $0.lockSeconds = 0.2 }
      try store.begin()
      let process = try Exerciser(["stop", directory.path])
      #expect(process.line() == "stopping")
      let failure = #expect(throws: StorageError.self) { try store.begin() }
      guard case .unavailable = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      // What is known can still be read, because nothing new is there.
      try store.refresh()
      process.signal(SIGCONT)
      #expect(process.wait() == 0)
      #expect(try store.begin() == [3])
    }
  }

  @Test func `a lock dies with its holder`() throws {
    try withDataDirectory { directory in
      let process = try Exerciser(["stop", directory.path])
      #expect(process.line() == "stopping")
      process.signal(SIGKILL)
      _ = process.wait()
      #expect(try directory.store().begin() == [1])
    }
  }
}
