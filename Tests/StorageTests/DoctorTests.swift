import Model
import POSIX
import StorageExercise
import Testing

@testable import Storage

@Suite struct DoctorTests {
  /// Tables, two segments, an archive and a journal with some records.
  private func fill(_ directory: DataDirectory) throws -> Store<ToyState> {
    let store = try directory.store()
    for _ in 0..<2 {
      try store.end(Array(store.begin(6).prefix(3)))
      _ = try store.snapshotNow()
    }
    try store.begin(2)
    return store
  }

  @Test func `a whole directory has no finding`() throws {
    try withDataDirectory { directory in
      _ = try fill(directory)
      #expect(Doctor.check(directory, ToyState.self).isEmpty)
    }
  }

  @Test func `damage is found wherever it is, and named`() throws {
    try withDataDirectory { directory in
      _ = try fill(directory)
      let names = try directory.history.names().map { "history/" + $0 }
      #expect(names.count == 4)
      for name in names + ["jobs.json", "accounts.json"] {
        let bytes = try directory.content(name)
        var flipped = bytes
        flipped[bytes.count / 2] ^= 4
        try directory.overwrite(name, with: flipped)
        let findings = Doctor.check(directory, ToyState.self)
        #expect(findings.contains { $0.severity == .fault && $0.file == name }, "\(name): \(findings)")
        try directory.overwrite(name, with: bytes)
      }
    }
  }

  @Test func `a row in table and history at once, and one out of order, are faults`() throws {
    try withDataDirectory(isWhole: false) { directory in
      _ = try fill(directory)
      let header = try TableFile("jobs", in: directory.root).header
      var writer = try TableWriter(header, to: directory.root.open("jobs.json", .replace))
      for id in [5, 2, 99] { try writer.append(["id": .int(id), "account": 1, "note": "x"]) }
      try writer.finish()
      let sentences = Doctor.check(directory, ToyState.self).map(\.sentence)
      #expect(sentences.contains { $0.contains("id 2 follows id 5") })
      #expect(sentences.contains { $0.contains("id 2 is also in the table") })
      #expect(sentences.contains { $0.contains("id 99 is not below") })
    }
  }

  @Test func `a missing segment is damage`() throws {
    try withDataDirectory(isWhole: false) { directory in
      _ = try fill(directory)
      try directory.history.remove("jobs-1.jsonl")
      #expect(throws: StorageError.self) { try directory.store() }
      #expect(Doctor.check(directory, ToyState.self).contains { $0.file == "history/jobs-1.jsonl" })
    }
  }

  @Test func `repair cuts a torn tail and sweeps up, and the second check is clean but for notes`() throws {
    try withDataDirectory { directory in
      let store = try fill(directory)
      try directory.root.open("journal.jsonl", .readWrite).write([1, 2, 3], at: store.position.offset)
      try directory.overwrite("jobs.json.new", with: [1])
      try directory.overwrite("history/jobs-9.jsonl", with: [1])
      let before = Doctor.check(directory, ToyState.self)
      #expect(before.map(\.severity) == [.note, .note, .note])
      #expect(try Doctor.repair(directory, ToyState.self).count == 2)
      let after = Doctor.check(directory, ToyState.self)
      #expect(after.map(\.severity) == [.note] && after[0].file.hasPrefix("aside/"))
    }
  }

  @Test func `a backup made beside a writer is whole and complete`() throws {
    try withDataDirectory { directory in
      let store = try fill(directory)
      let process = try Exerciser(["write", directory.path, "w", "100", "3", "8000"])
      var last = 0
      while let line = process.line(), line.hasPrefix("ack") {
        last += 1
        if last == 40 { try Backup.copy(ToyState.self, directory, to: directory.path + "-copy") }
      }
      #expect(process.wait() == 0)
      let copy = try DataDirectory.open(directory.path + "-copy", create: false)
      expectWhole(copy)
      let copied = try copy.store()
      try store.refresh()
      #expect(copied.recordedSeq >= 160 && copied.recordedSeq <= store.recordedSeq)
      try copied.begin()
      #expect(throws: StorageError.self) {
        try Backup.copy(ToyState.self, directory, to: directory.path + "-copy")
      }
    }
  }

  @Test func `a prune drops what is old, for living processes too`() throws {
    try withDataDirectory { directory in
      let store = try fill(directory)
      let other = try directory.store()
      try store.end([4])
      let pruned = try store.prune(before: .seconds(1 << 40)) { ($0["id"]?.int ?? 0) < 5 }
      // The jobs 1, 2, 3 of the segments and 4, which had just ended; 7, 8 and 9 stay.
      #expect(pruned == Store.Pruned(rows: 4, archives: 3, asides: 0))
      #expect(try store.history.rows(after: nil, limit: 10).rows.map { $0["id"]?.int } == [7, 8, 9])
      try other.refresh()
      #expect(other.history.count == 3 && other.fold == store.fold)
      #expect(try directory.history.names().filter { $0.hasPrefix("jobs-") }.count == 1)
    }
  }
}
