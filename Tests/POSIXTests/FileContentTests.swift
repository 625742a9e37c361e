import Glibc
import POSIX
import Testing

@Suite struct FileContentTests {
  @Test func `what is written at an offset is read there`() throws {
    try withTemporaryDirectory { directory in
      let file = try directory.open("file", .replace)
      try file.write(Array("hello, world".utf8), at: 0)
      try file.write(Array("W".utf8), at: 7)
      #expect(try file.read(7..<12) == Array("World".utf8))
      #expect(try file.read(7..<100) == Array("World".utf8))
      try file.truncate(to: 5)
      try file.syncData()
      #expect(try file.status().size == 5)
    }
  }

  @Test func `files are made private and links are not followed`() throws {
    try withTemporaryDirectory { directory in
      let before = umask(0)
      defer { umask(before) }
      _ = try directory.open("file", .create)
      #expect(try directory.status(of: "file").mode == 0o600)
      #expect(throws: Errno.self) { try directory.open("file", .create) }
      symlink(directory.path(of: "file"), directory.path(of: "link"))
      #expect(throws: Errno(ELOOP, "open", directory.path(of: "link"))) { try directory.open("link", .read) }
      #expect(try directory.names() == ["file", "link"])
    }
  }

  @Test func `descriptors are closed in children`() throws {
    try withTemporaryDirectory { directory in
      let file = try directory.open("file", .create)
      #expect(fcntl(file.number, F_GETFD) & FD_CLOEXEC != 0)
      #expect(fcntl(directory.descriptor.number, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test func `a write into a full device says how far it came`() throws {
    let full = try FileDescriptor.open("/dev/full", .readWrite)
    let failure = #expect(throws: ShortWrite.self) { try full.write(Array("some".utf8), at: 0) }
    #expect(failure?.written == 0)
    #expect(failure?.cause.code == ENOSPC)
  }

  @Test func `a rename and a second name keep the file`() throws {
    try withTemporaryDirectory { directory in
      let inode = try directory.open("one", .create).status().inode
      try directory.link("one", into: directory, as: "two")
      try directory.rename("one", to: "three")
      try directory.sync()
      #expect(try directory.names() == ["three", "two"])
      #expect(try directory.status(of: "two").inode == inode)
      #expect(try directory.statusIfPresent(of: "one") == nil)
    }
  }

  @Test func `network file systems are told from local ones`() throws {
    #expect(FileSystem(magic: 0x6969).networkName == "NFS")
    #expect(FileSystem(magic: 0xFF53_4D42).networkName == "SMB")
    #expect(FileSystem(magic: 0xEF53).networkName == nil)
    let here = try withTemporaryDirectory { try $0.fileSystem() }
    #expect(here.networkName == nil)
  }

  @Test func `a watch tells of content and arrivals`() throws {
    try withTemporaryDirectory { directory in
      let file = try directory.open("file", .create)
      let watch = try FileWatch()
      let content = try watch.watch(content: directory.path(of: "file"))
      let arrivals = try watch.watch(arrivalsIn: directory.path)
      #expect(try watch.drain().isEmpty)
      try file.write([1], at: 0)
      #expect(try watch.drain().map(\.subject) == [content])
      try directory.rename("file", to: "moved")
      #expect(try watch.drain().map { "\($0.subject == arrivals) \($0.name)" } == ["true moved"])
      watch.forget(content)
      _ = try watch.drain()
      try file.write([1], at: 1)
      #expect(try watch.drain().isEmpty)
    }
  }
}
