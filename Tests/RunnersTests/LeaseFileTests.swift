import POSIX
import Runners
import TestSupport
import Testing

/// The lease as agents write it and supervisors read it.
struct LeaseFileTests {
  @Test func `whoever reads a lease while it is written has one that was written, or none`() throws {
    try withSandbox { sandbox in
      let path = sandbox.path + "/lease.json"
      let leases = [1999.999, 2000, 5].map { LeaseDeadline(bootID: "b", deadline: $0) }
      try leases[0].write(to: path)
      let writer = try BackgroundTask { for number in 0..<6000 { try? leases[number % 3].write(to: path) } }
      for _ in 0..<3000 { #expect(LeaseDeadline(at: path).map(leases.contains) ?? true) }
      writer.wait()
      #expect(LeaseDeadline(at: path) == leases[2])
    }
  }

  @Test func `half of one lease and half of another is none`() throws {
    try withSandbox { sandbox in
      let path = sandbox.path + "/lease.json"
      try LeaseDeadline(bootID: "b", deadline: 1999).write(to: path)
      let first = try #require(try FileDescriptor.contents(of: path))
      try LeaseDeadline(bootID: "b", deadline: 2000).write(to: path)
      let second = try #require(try FileDescriptor.contents(of: path))
      let place = try #require(first.indices.first { first[$0] != second[$0] }) + 1
      try Directory.replace(path, with: Array(first[..<place] + second[place...]), durably: false)
      #expect(LeaseDeadline(at: path) == nil)
    }
  }
}
