import Glibc
import POSIX
import StorageExercise
import Testing

@testable import Storage

@Suite struct DirectoryTests {
  @Test func `a new directory and its files are ours alone`() throws {
    try withTemporaryPath { path in
      let before = umask(0)
      defer { umask(before) }
      let directory = try DataDirectory.open(path + "/state/berth", create: true)
      let store = try directory.store()
      try store.end(store.begin(3))
      _ = try store.snapshotNow()
      let parent = try Directory(path)
      #expect(try parent.status(of: "state").mode == 0o700)
      for folder in [directory.root, directory.history] {
        #expect(try folder.descriptor.status().mode == 0o700)
        for name in try folder.names() {
          let status = try folder.status(of: name)
          #expect(status.mode == (status.kind == .directory ? 0o700 : 0o600), "\(name)")
        }
      }
      expectWhole(directory)
    }
  }

  @Test func `a directory that is open to others is refused, with the command that mends it`() throws {
    try withDataDirectory { directory in
      chmod(directory.path, 0o750)
      let failure = #expect(throws: StorageError.self) {
        try DataDirectory.open(directory.path, create: true)
      }
      #expect(failure?.description.contains("chmod 700 \(directory.path)") == true)
      chmod(directory.path, 0o700)
      let journal = directory.root.path(of: "journal.jsonl")
      chmod(journal, 0o644)
      #expect(throws: StorageError.self) { try directory.store() }
      #expect(
        Doctor.check(directory, ToyState.self).contains { $0.sentence.contains("chmod 600 \(journal)") })
      chmod(journal, 0o600)
    }
  }

  @Test func `without leave to create, nothing is made`() throws {
    try withTemporaryPath { path in
      #expect(throws: StorageError.self) { try DataDirectory.open(path + "/none", create: false) }
      #expect(throws: StorageError.self) { try DataDirectory.open(path, create: false) }
      let names = try Directory(path).names()
      #expect(names.isEmpty)
    }
  }

  @Test func `a directory with data but without our lock file is not taken for a new one`() throws {
    try withTemporaryPath { path in
      try Directory(path).open("users.json", .create).write(Array("{}".utf8), at: 0)
      #expect(throws: StorageError.self) { try DataDirectory.open(path, create: true) }
      let names = try Directory(path).names()
      #expect(names == ["users.json"])
    }
  }

  @Test func `a journal that is a link is refused`() throws {
    try withDataDirectory { directory in
      rename(directory.root.path(of: "journal.jsonl"), directory.root.path(of: "elsewhere"))
      symlink(directory.root.path(of: "elsewhere"), directory.root.path(of: "journal.jsonl"))
      #expect(throws: StorageError.self) { try directory.store() }
      rename(directory.root.path(of: "elsewhere"), directory.root.path(of: "journal.jsonl"))
    }
  }

  @Test func `many that open an empty directory at once make one`() throws {
    try withTemporaryPath { path in
      let processes = try (0..<6).map { _ in try Exerciser(["once", path + "/data"]) }
      for process in processes {
        #expect(process.lines() == ["ok"])
        #expect(process.wait() == 0)
      }
      let directory = try DataDirectory.open(path + "/data", create: false)
      #expect(try directory.store().fold.jobs.count == 6)
      expectWhole(directory)
    }
  }

  @Test func `a lock is one process's at a time`() throws {
    try withDataDirectory { directory in
      var first = try directory.tryLock(.snapshotter)
      #expect(first != nil)
      #expect(try directory.tryLock(.snapshotter) == nil)
      #expect(try directory.tryLock(.state) != nil)
      first = nil
      #expect(try directory.tryLock(.snapshotter) != nil)
    }
  }
}
