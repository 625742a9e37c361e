import Glibc
import Model
import POSIX
import StorageExercise
import Testing

@testable import Storage

/// Runs `body` on a data directory of its own, which the doctor must find whole at the end.
func withDataDirectory(isWhole: Bool = true, _ body: (DataDirectory) throws -> Void) throws {
  try withTemporaryPath { path in
    let directory = try DataDirectory.open(path + "/data", create: true)
    try body(directory)
    if isWhole { expectWhole(directory) }
  }
}

/// Runs `body` with the path of an empty directory, and removes all of it afterwards.
func withTemporaryPath(_ body: (String) throws -> Void) throws {
  var name = Array("/tmp/berth-storage-XXXXXX".utf8CString)
  guard mkdtemp(&name) != nil else { throw Errno.last("mkdtemp") }
  let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { removeAll(path) }
  try body(path)
}

func removeAll(_ path: String) {
  if let directory = try? Directory(path) {
    for name in (try? directory.names()) ?? [] {
      if unlink(directory.path(of: name)) != 0 { removeAll(directory.path(of: name)) }
    }
  }
  rmdir(path)
}

func expectWhole(_ directory: DataDirectory, _ location: SourceLocation = #_sourceLocation) {
  let faults = Doctor.check(directory, ToyState.self).filter { $0.severity == .fault }
  #expect(faults.isEmpty, "\(faults.map(\.description))", sourceLocation: location)
}

extension DataDirectory {
  func store(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> Store<ToyState> {
    var options = StoreOptions()
    options.lockSeconds = 10
    change(&options)
    return try Store.open(self, options)
  }

  func content(_ name: String) throws -> [UInt8] {
    let file = try root.open(name, .read)
    return try file.read(0..<file.status().size)
  }

  func lines(_ name: String) throws -> [String] {
    String(decoding: try content(name), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func overwrite(_ name: String, with bytes: [UInt8]) throws {
    try root.open(name, .replace).write(bytes, at: 0)
  }
}

extension Timestamp {
  static func seconds(_ count: Int) -> Timestamp { Timestamp(milliseconds: count * 1000) }
}

extension Store<ToyState> {
  /// Begins `count` jobs in one transaction; answers their ids.
  @discardableResult
  func begin(_ count: Int = 1, note: String = "x", at time: Timestamp = .seconds(1)) throws -> [Int] {
    try transaction(at: time) { transaction in
      if transaction.fold.accounts.isEmpty { try transaction.record(.opened(account: 1, name: "first")) }
      return try (0..<count).map { _ in
        let job = transaction.fold.nextJob
        try transaction.record(.began(job: job, account: 1, note: note))
        return job
      }
    }
  }

  func end(_ jobs: [Int]) throws {
    try transaction(at: .seconds(1)) { transaction in
      for job in jobs { try transaction.record(.ended(job: job)) }
    }
  }
}
