import Glibc
import Model
import POSIX
import StorageExercise
import Testing

@testable import Storage

@Suite struct EventTests {
  @Test func `events come in order from any seq on, whoever wrote them`() throws {
    try withDataDirectory { directory in
      let (first, second) = (try directory.store(), try directory.store())
      try first.begin(3)
      try second.begin(2)
      try first.refresh()
      #expect(try first.events(after: 0).next(limit: 100).map(\.seq) == Array(1...6))
      let some = try first.events(after: 4).next(limit: 1)
      #expect(some.map(\.seq) == [5] && some[0].event == .began(job: 4, account: 1, note: "x"))
      #expect(try first.events(after: 6).next(limit: 10).isEmpty)
    }
  }

  @Test func `an open cursor misses nothing across switches`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      var cursors: [EventCursor<ToyState>] = []
      for round in 0..<6 {
        cursors.append(try store.events(after: 0))
        try store.begin(10)
        if round % 2 == 0 { _ = try cursors[round].next(limit: 4) }
        _ = try store.snapshotNow()
        try store.begin(3)
      }
      for (round, cursor) in cursors.enumerated() {
        var seqs = round % 2 == 0 ? [1, 2, 3, 4] : []
        #expect(cursor.seq == seqs.count)
        while case let more = try cursor.next(limit: 7), !more.isEmpty { seqs += more.map(\.seq) }
        #expect(seqs == Array(1...store.recordedSeq))
      }
    }
  }

  @Test func `every seq can be started from, in whichever file it is`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      for _ in 0..<4 {
        try store.begin(30, note: String(repeating: "n", count: 300))
        _ = try store.snapshotNow()
      }
      try store.begin(30)
      for seq in 0..<store.recordedSeq {
        let records = try store.events(after: seq).next(limit: 3)
        #expect(records.map(\.seq) == Array(seq + 1...min(seq + 3, store.recordedSeq)))
      }
    }
  }

  @Test func `what is no longer kept is refused with the oldest that is`() throws {
    try withDataDirectory { directory in
      let store = try directory.store { $0.archiveBytes = 0 }
      let early = try store.events(after: 0)
      for _ in 0..<3 {
        try store.begin(5)
        _ = try store.snapshotNow()
      }
      #expect(try store.oldestEvent() == 12)
      #expect(try store.events(after: 11).next(limit: 10).map(\.seq) == Array(12...16))
      for attempt in [{ try store.events(after: 10).next(limit: 1) }, { try early.next(limit: 1) }] {
        let failure = #expect(throws: StorageError.self) { _ = try attempt() }
        guard case .eventsGone(oldest: 12) = failure else {
          Issue.record("\(String(describing: failure))")
          continue
        }
      }
    }
  }

  private func isReadable(_ files: FileWatch) -> Bool {
    files.descriptors.contains { number in
      var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      return poll(&entry, 1, 0) == 1
    }
  }

  @Test func `a watch wakes for other processes' writes and for a switch`() throws {
    try withDataDirectory { directory in
      let (store, other) = (try directory.store(), try directory.store())
      let files = try FileWatch()
      try other.begin()
      let watch = try ChangeWatch(directory, files)
      #expect(try !watch.concerns(files.drain()))
      try other.begin()
      #expect(isReadable(files))
      #expect(try watch.concerns(files.drain()))
      #expect(try !watch.concerns(files.drain()))
      _ = try other.snapshotNow()
      #expect(try watch.concerns(files.drain()))
      // The former journal's farewell is no change.
      #expect(try !watch.concerns(files.drain()))
      #expect(!isReadable(files))
      try other.begin()
      #expect(isReadable(files))
      #expect(try watch.concerns(files.drain()))
      try store.refresh()
      #expect(store.fold.jobs.count == 3)
    }
  }
}
