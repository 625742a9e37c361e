import POSIX
import Testing

@Suite struct FileLockTests {
  private func locks(_ directory: Directory, waiting: Double = 0.05) throws -> (FileLock, FileLock) {
    _ = try directory.open("lock", .replace)
    let first = FileLock(try directory.open("lock", .readWrite), range: 0..<1, waiting: waiting)
    return (first, FileLock(try directory.open("lock", .readWrite), range: 0..<1, waiting: waiting))
  }

  @Test func `two open descriptions of one process exclude each other`() throws {
    try withTemporaryDirectory { directory in
      let (first, second) = try locks(directory)
      try first.withExclusive {
        #expect(throws: FileLock.Failure.self) { try second.withExclusive {} }
        #expect(throws: FileLock.Failure.self) { try second.withShared {} }
      }
      try second.withExclusive {}
    }
  }

  @Test func `readers share and keep a writer out`() throws {
    try withTemporaryDirectory { directory in
      let (first, second) = try locks(directory)
      try first.withShared {
        try second.withShared {}
        #expect(throws: FileLock.Failure.self) { try second.withExclusive {} }
      }
    }
  }

  @Test func `closing another descriptor of the file leaves the lock`() throws {
    try withTemporaryDirectory { directory in
      let (first, second) = try locks(directory)
      try first.withExclusive {
        _ = try directory.open("lock", .readWrite)
        #expect(throws: FileLock.Failure.self) { try second.withExclusive {} }
      }
    }
  }

  @Test func `a wait ends at its limit`() throws {
    try withTemporaryDirectory { directory in
      let (first, second) = try locks(directory, waiting: 0.1)
      try first.withExclusive {
        let start = SystemClock.monotonicNanoseconds()
        #expect(throws: FileLock.Failure.self) { try second.withExclusive {} }
        let waited = Double(SystemClock.monotonicNanoseconds() - start) / 1e9
        #expect(waited >= 0.1 && waited < 30)
      }
    }
  }

  @Test func `different bytes of one file are different locks`() throws {
    try withTemporaryDirectory { directory in
      let (first, _) = try locks(directory)
      let other = FileLock(try directory.open("lock", .readWrite), range: 1..<2, waiting: 0.05)
      try first.withExclusive { try other.withExclusive {} }
    }
  }

  @Test func `a lock that was tried for holds until its descriptor is gone`() throws {
    try withTemporaryDirectory { directory in
      _ = try directory.open("lock", .replace)
      var holder: FileDescriptor? = try directory.open("lock", .readWrite)
      let other = try directory.open("lock", .readWrite)
      #expect(try FileLock.tryLock(holder!, range: 5..<6))
      #expect(try !FileLock.tryLock(other, range: 5..<6))
      holder = nil
      #expect(try FileLock.tryLock(other, range: 5..<6))
    }
  }

  @Test func `a waiter gets the lock when its holder lets go`() throws {
    try withTemporaryDirectory { directory in
      let (first, second) = try locks(directory, waiting: 5)
      let waiter = try first.withExclusive {
        let waiter = try BackgroundTask { (try? second.withExclusive { true }) ?? false }
        #expect(waiter.result == nil)
        return waiter
      }
      #expect(waiter.wait())
    }
  }
}

extension FileLock {
  fileprivate func withExclusive<T>(_ body: () throws -> T) throws -> T {
    try with(.exclusive, failing: { $0 as any Error }, body)
  }

  fileprivate func withShared<T>(_ body: () throws -> T) throws -> T {
    try with(.shared, failing: { $0 as any Error }, body)
  }
}
