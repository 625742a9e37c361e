import JSON
import Model
import POSIX
import StorageExercise
import Testing

@testable import Storage

@Suite struct RecoveryTests {
  /// A journal of `batches` transactions of two records each, and where each batch ends.
  private func journal(in directory: DataDirectory, batches: Int) throws -> (bytes: [UInt8], ends: [Int]) {
    let store = try directory.store()
    try store.transaction(at: .seconds(1)) { try $0.record(.opened(account: 1, name: "first")) }
    var ends: [Int] = []
    for _ in 0..<batches {
      try store.begin(2)
      ends.append(store.position.offset)
    }
    return (try directory.content("journal.jsonl"), ends)
  }

  @Test func `a tail torn at any byte loses the torn batch alone`() throws {
    try withDataDirectory { directory in
      let (bytes, ends) = try journal(in: directory, batches: 3)
      for cut in ends[0]..<ends[2] {
        try directory.overwrite("journal.jsonl", with: Array(bytes[..<cut]))
        let store = try directory.store()
        #expect(store.fold.jobs.count == (cut < ends[1] ? 2 : 4))
        #expect(store.position.offset == (cut < ends[1] ? ends[0] : ends[1]))
        #expect(try directory.content("journal.jsonl").count == store.position.offset)
      }
      let store = try directory.store()
      #expect(try store.begin() == [store.fold.jobs.count])
    }
  }

  @Test func `what is cut off is set aside, byte for byte, and told`() throws {
    try withDataDirectory { directory in
      let (bytes, ends) = try journal(in: directory, batches: 2)
      try directory.overwrite("journal.jsonl", with: Array(bytes[..<(ends[1] - 7)]))
      let findings = Doctor.check(directory, ToyState.self)
      #expect(findings.map(\.severity) == [.note] && findings[0].file == "journal.jsonl")
      let notes = Notes()
      _ = try directory.store { $0.note = { notes.add($0) } }
      #expect(notes.all.count == 1)
      let aside = try directory.aside()
      let names = try aside.names()
      #expect(names.count == 1)
      let file = try aside.open(names[0], .read)
      #expect(try file.read(0..<10_000) == Array(bytes[ends[0]..<ends[1] - 7]))
    }
  }

  @Test(arguments: [0, 1, 17, 4096, 70_000])
  func `a tail of zeros or garbage is cut off`(length: Int) throws {
    try withDataDirectory { directory in
      let (bytes, ends) = try journal(in: directory, batches: 2)
      for filler in [UInt8(0), UInt8(ascii: "\n"), UInt8(ascii: "{"), 0xFF] {
        let tail = [UInt8](repeating: filler, count: length)
        try directory.overwrite("journal.jsonl", with: bytes + tail)
        #expect(try directory.store().fold.jobs.count == 4)
        // As a crash leaves it that kept a later page and lost an earlier one.
        try directory.overwrite("journal.jsonl", with: bytes[..<ends[0]] + tail)
        #expect(try directory.store().fold.jobs.count == 2)
      }
    }
  }

  @Test func `a flipped bit in the last batch cuts it, and one before that is refused by line`() throws {
    try withDataDirectory(isWhole: false) { directory in
      let (bytes, ends) = try journal(in: directory, batches: 3)
      for place in stride(from: ends[0], to: ends[2], by: 3) {
        var flipped = bytes
        flipped[place] ^= UInt8(1 << (place % 8))
        try directory.overwrite("journal.jsonl", with: flipped)
        if place >= ends[1] {
          #expect(try directory.store().fold.jobs.count == 4)
          continue
        }
        let failure = #expect(throws: StorageError.self) { try directory.store() }
        guard case .damaged(let damage) = failure else {
          Issue.record("\(String(describing: failure)) at \(place)")
          continue
        }
        #expect(damage.file == "journal.jsonl" && (damage.line == 5 || damage.line == 6))
        #expect(try directory.content("journal.jsonl") == flipped)
        #expect(Doctor.check(directory, ToyState.self).contains { $0.severity == .fault })
      }
    }
  }

  @Test func `a batch that lacks its end does not count`() throws {
    try withDataDirectory { directory in
      let (bytes, ends) = try journal(in: directory, batches: 2)
      let line = bytes[ends[0]...].firstIndex(of: UInt8(ascii: "\n"))! + 1
      try directory.overwrite("journal.jsonl", with: Array(bytes[..<line]))
      #expect(try directory.store().fold.jobs.count == 2)
    }
  }

  @Test func `a living process reads up to a torn tail and the next writer cuts it`() throws {
    try withDataDirectory { directory in
      let (reader, writer) = (try directory.store(), try directory.store())
      try writer.begin(2)
      let size = writer.position.offset
      try directory.root.open("journal.jsonl", .readWrite).write(Array("{\"seq\":4,\"ti".utf8), at: size)
      try reader.refresh()
      #expect(reader.fold.jobs.count == 2)
      #expect(try directory.content("journal.jsonl").count == size)
      try directory.root.open("journal.jsonl", .readWrite).write(Array("{\"seq\":4,\"ti".utf8), at: size)
      #expect(try writer.begin() == [3])
      try reader.refresh()
      #expect(reader.fold == writer.fold)
    }
  }

  @Test func `every flipped bit of a table is found`() throws {
    try withDataDirectory(isWhole: false) { directory in
      let store = try directory.store()
      try store.begin(2)
      _ = try store.snapshotNow()
      let bytes = try directory.content("jobs.json")
      for place in bytes.indices {
        var flipped = bytes
        flipped[place] ^= 1
        try directory.overwrite("jobs.json", with: flipped)
        #expect(throws: StorageError.self) { try directory.store() }
        #expect(Doctor.check(directory, ToyState.self).contains { $0.severity == .fault })
      }
    }
  }

  @Test(arguments: ["journal.jsonl", "jobs.json", "accounts.json", "lock"])
  func `a missing file is damage, never an empty directory`(name: String) throws {
    try withDataDirectory(isWhole: false) { directory in
      let store = try directory.store()
      try store.begin(2)
      _ = try store.snapshotNow()
      try directory.root.remove(name)
      let failure = #expect(throws: StorageError.self) {
        _ = try DataDirectory.open(directory.path, create: true).store()
      }
      guard case .damaged(let damage) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(damage.file == name)
    }
  }

  @Test func `a journal that ends before a table's last record is refused`() throws {
    try withDataDirectory(isWhole: false) { directory in
      let (_, ends) = try journal(in: directory, batches: 2)
      let bytes = try directory.content("journal.jsonl")
      _ = try directory.store().snapshotNow()
      // The tables took their names, and the journal that goes with them never did.
      try directory.overwrite("journal.jsonl", with: bytes)
      #expect(try directory.store().fold.jobs.count == 4)
      try directory.overwrite("journal.jsonl", with: Array(bytes[..<ends[0]]))
      #expect(throws: StorageError.self) { try directory.store() }
    }
  }

  @Test func `a record written in another way is read all the same`() throws {
    try withDataDirectory { directory in
      let store = try directory.store()
      try store.begin()
      var chain = store.position.chain
      var bytes: [UInt8] = []
      for text in [
        #"{"time":"1970-01-01T00:00:02.000Z","seq":3,"new":[1],"type":"job.beg\u0061n","durable":2, "data":{"id":2,"account":1,"note":",\"durable\":9"}"#,
        #"{"seq":4,"time":"1970-01-01T00:00:02.000Z","type":"job.ended","data":{"id":1},"durable":2.0"#,
      ] {
        let start = bytes.count
        bytes += Array(text.utf8)
        chain = SealedLine.seal(&bytes, from: start, seed: chain)
      }
      try directory.root.open("journal.jsonl", .readWrite).write(bytes, at: store.position.offset)
      try store.refresh()
      #expect(store.fold.jobs[2]?.note == ",\"durable\":9" && store.fold.jobs[1]?.endedAt == 4)
      #expect(try directory.store().fold == store.fold)
    }
  }

  @Test func `a newer format is refused as such`() throws {
    try withDataDirectory(isWhole: false) { directory in
      let store = try directory.store()
      try store.begin()
      _ = try store.snapshotNow()
      for name in ["journal.jsonl", "jobs.json"] {
        let bytes = try directory.content(name)
        let text = String(decoding: bytes, as: UTF8.self)
        try directory.overwrite(
          name, with: Array(text.replacing("{\"format\":1", with: "{\"format\":2").utf8))
        let failure = #expect(throws: StorageError.self) { try directory.store() }
        guard case .newerFormat(name, 2) = failure else {
          Issue.record("\(String(describing: failure))")
          continue
        }
        try directory.overwrite(name, with: bytes)
      }
    }
  }
}
