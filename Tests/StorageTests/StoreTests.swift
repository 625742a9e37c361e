import JSON
import Model
import StorageExercise
import Testing

@testable import Storage

@Suite struct StoreTests {
  @Test func `what is recorded is there after opening again`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin(3, note: "kept \"so\" \u{1F980}\n", at: .seconds(100))
      try store.end([2])
      let again = try directory.store()
      #expect(again.fold == store.fold)
      #expect(again.fold.jobs.count == 3 && again.fold.jobs[2]?.endedAt == 5)
      #expect(again.recordedSeq == 5 && again.position.time == .seconds(100))
    }
  }

  @Test func `two stores see each other's writes`() throws {
    try withDataDirectory { directory in
      let (first, second) = (try directory.store(), try directory.store())
      try first.begin(2)
      #expect(second.fold.jobs.isEmpty)
      try second.refresh()
      #expect(second.fold == first.fold)
      #expect(try second.begin() == [3])
      #expect(try first.begin() == [4])
      try second.refresh()
      #expect(second.fold == first.fold)
    }
  }

  @Test func `a body that throws changes nothing`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin(2)
      let before = try directory.content("journal.jsonl")
      #expect(throws: ToyError("no")) {
        try store.transaction(at: .seconds(1)) { transaction in
          try transaction.record(.ended(job: 1))
          #expect(transaction.fold.jobs[1]?.endedAt != nil)
          throw ToyError("no")
        }
      }
      #expect(store.fold.jobs[1]?.endedAt == nil)
      #expect(try directory.content("journal.jsonl") == before)
      try store.end([1])
    }
  }

  @Test func `a refused event fails its transaction even when the body goes on`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin()
      #expect(throws: ToyError.self) {
        try store.transaction(at: .seconds(1)) { transaction in
          _ = try? transaction.record(.ended(job: 99))
          try transaction.record(.ended(job: 1))
        }
      }
      #expect(store.fold.jobs[1]?.endedAt == nil && store.recordedSeq == 2)
    }
  }

  @Test func `a transaction that records nothing writes nothing`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      let before = try directory.content("journal.jsonl")
      #expect(try store.transaction(at: .seconds(1)) { $0.fold.jobs.count } == 0)
      #expect(try directory.content("journal.jsonl") == before)
    }
  }

  @Test func `time never goes back`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin(at: .seconds(100))
      try store.transaction(at: .seconds(50)) { #expect($0.now == .seconds(100)) }
      let other = try directory.store()
      try other.begin(at: .seconds(10))
      #expect(other.position.time == .seconds(100))
    }
  }

  @Test func `a line is an object with seq, time, type, data, durable and the chained sum`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin(2, note: "n", at: .seconds(1))
      let lines = try directory.lines("journal.jsonl")
      #expect(lines[0].hasPrefix("{\"format\":1,\"generation\":1,\"seq\":0,\"chain\":\"00000000\""))
      #expect(
        lines[2].dropLast(18)
          == "{\"seq\":2,\"time\":\"1970-01-01T00:00:01.000Z\",\"type\":\"job.began\","
          + "\"data\":{\"id\":1,\"account\":1,\"note\":\"n\"},\"more\":true,\"durable\":0")
      #expect(lines[3].contains("\"durable\":0,\"sum\":\"") && !lines[3].contains("more"))
      try store.begin()
      #expect(try directory.lines("journal.jsonl")[4].contains("\"durable\":3,\"sum\""))
    }
  }

  @Test func `ids and seqs go on where they were`() throws {
    try withDataDirectory { directory in
      var store = try directory.store()
      for round in 0..<6 {
        let jobs = try store.begin(3)
        #expect(jobs == Array(round * 3 + 1...round * 3 + 3))
        try store.end(jobs)
        if round % 2 == 0 { #expect(try store.snapshotNow()) }
        if round % 3 == 0 { store = try directory.store() }
      }
      #expect(store.fold.nextJob == 19 && store.recordedSeq == 37)
    }
  }
}
