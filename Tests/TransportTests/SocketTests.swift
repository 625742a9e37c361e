import Glibc
import JSON
import POSIX
import RPC
import TestSupport
import Testing

@testable import Transport

@Test(arguments: [Framing.lines, .contentLength])
func `a socket serves many calls in order`(framing: Framing) throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let client = try LineClient(connectingTo: path, framing: framing, timeoutSeconds: 60)
    for id in 0..<5000 { try client.post("ping", id: id) }
    for id in 0..<5000 { #expect(try client.text() == pong(id)) }
    #expect(server.identifier > 0)
  }
}

@Test func `a call that waits holds back only its own connection`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let waiting = try LineClient(connectingTo: path, timeoutSeconds: 60)
    try waiting.postLate(300, id: 1)
    try waiting.post("ping", id: 2)
    let other = try LineClient(connectingTo: path, timeoutSeconds: 60)
    #expect(try other.ask("ping", id: 3) == pong(3))
    #expect(throws: LineClient.Failure.timedOut) { try waiting.receive(within: 0.01) }
    #expect(try waiting.text().contains("late"))
    #expect(try waiting.text() == pong(2))
    #expect(server.identifier > 0)
  }
}

@Test func `half a line and silence hold up nobody`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let silent = try LineClient(connectingTo: path, timeoutSeconds: 60)
    try silent.sendRaw(Array(#"{"jsonrpc":"2.0","id":1,"#.utf8))
    let other = try LineClient(connectingTo: path, timeoutSeconds: 60)
    for id in 0..<100 { #expect(try other.ask("ping", id: id) == pong(id)) }
    try silent.sendRaw(Array("\"method\":\"ping\"}\n".utf8))
    #expect(try silent.text() == pong(1))
    #expect(server.identifier > 0)
  }
}

@Test func `a line of 10 MB is refused in flat memory and the next is answered`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let client = try LineClient(connectingTo: path, timeoutSeconds: 60)
    #expect(try client.ask("ping") == pong(1))
    let before = try server.residentMemory()
    for _ in 0..<10 { try client.sendRaw([UInt8](repeating: 0x78, count: 1_000_000)) }
    try client.sendRaw([0x0A])
    #expect(try client.text().contains("-32700"))
    #expect(try client.ask("ping", id: 2) == pong(2))
    #expect(try server.residentMemory() - before < 4096)
  }
}

@Test func `a peer whose unread answers pile up is closed, and the others are served`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let greedy = try LineClient(connectingTo: path, timeoutSeconds: 60)
    // Sent as one, taken in one turn: four times the answers that a queue may hold.
    let calls = (0..<8).flatMap {
      Reply.request("flood", params: ["bytes": 130_000], id: .int($0)) + [0x0A]
    }
    try greedy.sendRaw(calls)
    let other = try LineClient(connectingTo: path, timeoutSeconds: 60)
    for id in 0..<100 { #expect(try other.ask("ping", id: id) == pong(id)) }
    #expect(throws: LineClient.Failure.closed) { while true { _ = try greedy.receive() } }
    #expect(try other.ask("ping", id: 7) == pong(7))
    #expect(server.identifier > 0)
  }
}

@Test func `a peer that does not read is not read`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let socket = try UnixSocket.connect(to: path, seconds: 1)
    let flood = Reply.request("flood", params: ["bytes": 500_000], id: 1) + [0x0A]
    #expect(flood.withUnsafeBytes { socket.send($0) } == .bytes(flood.count))
    #expect(socket.isReady(toWrite: false, milliseconds: 10_000))
    // From here on only what the kernel holds for the server can be sent.
    let blanks = [UInt8](repeating: 0x0A, count: 65_536)
    var sent = 0
    while sent < 20_000_000 {
      if case .bytes(let count) = blanks.withUnsafeBytes({ socket.send($0) }) { sent += count }
      guard socket.isReady(toWrite: true, milliseconds: 100) else { break }
    }
    #expect(sent < 2_000_000)
    #expect(server.identifier > 0)
  }
}

@Test func `a slow reader gets all its answers`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let socket = try UnixSocket.connect(to: path, seconds: 1)
    let slow = LineClient(reading: socket, writing: socket, timeoutSeconds: 60)
    for id in 0..<3 { try slow.post("flood", ["bytes": 100_000], id: id) }
    #expect(socket.isReady(toWrite: false, milliseconds: 10_000))
    // Waiting for the reader costs the server nothing, which only time can show.
    let before = try server.processorTime()
    SystemClock.sleep(nanoseconds: 200_000_000)
    #expect(try server.processorTime() - before <= 50)
    for id in 0..<3 { #expect(try slow.text().contains("\"id\":\(id),")) }
    #expect(try slow.ask("ping", id: 9) == pong(9))
  }
}

@Test func `a peer that half-closes gets all its answers, then the end`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let client = try LineClient(connectingTo: path, timeoutSeconds: 60)
    for id in 0..<300 { try client.post("ping", id: id) }
    try client.post("later", ["ms": 200], id: 300)
    try client.sendRaw(Array(#"{"jsonrpc":"2.0","id":301,"method":"ping"}"#.utf8))
    client.finishSending()
    for id in 0..<300 { #expect(try client.text() == pong(id)) }
    let before = try server.processorTime()
    #expect(try client.text().contains("late"))
    // A shut half is told by every poll; it must not be looked at in a circle.
    #expect(try server.processorTime() - before <= 50)
    #expect(try client.text() == pong(301))
    #expect(throws: LineClient.Failure.closed) { try client.text() }
    #expect(server.identifier > 0)
  }
}

@Test func `1,000 connections are served at once`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let before = try server.residentMemory()
    let clients = try (0..<1000).map { _ in try LineClient(connectingTo: path, timeoutSeconds: 60) }
    for round in 0..<3 {
      for client in clients { try client.post("ping", id: round) }
      for client in clients { #expect(try client.text() == pong(round)) }
    }
    #expect(try server.residentMemory() - before < 16_384)
  }
}

@Test func `peers that come and go leave nothing behind`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    func descriptors() throws -> Int { try entries(of: "/proc/\(server.identifier)/fd") }
    let before = try descriptors()
    for round in 0..<100 {
      let client = try LineClient(connectingTo: path, timeoutSeconds: 60)
      if round % 2 == 0 { #expect(try client.ask("ping") == pong(1)) }
      if round % 3 == 0 { try client.post("flood", ["bytes": 300_000], id: 1) }
    }
    try eventually("all are closed") { try descriptors() == before }
  }
}

@Test func `a subscriber that reads slowly gets all, as its connection has room`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let client = try LineClient(connectingTo: path, timeoutSeconds: 60)
    // Many times what the kernel and the queue hold.
    try client.post("stream", ["ms": 0, "count": 20_000], id: 1)
    for left in stride(from: 20_000, to: 0, by: -1) {
      #expect(try client.text() == #"{"jsonrpc":"2.0","method":"tick","params":{"left":\#(left)}}"#)
    }
    #expect(server.identifier > 0)
  }
}

@Test func `every peer's end is told to the handler once, whoever ended it`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let watcher = try LineClient(connectingTo: path, timeoutSeconds: 60)
    func present() throws -> Int {
      try #require(JSONParser.parse(watcher.ask("present"))["result"]?.int)
    }
    do {
      let clients = try (0..<3).map { _ in try LineClient(connectingTo: path, timeoutSeconds: 60) }
      try eventually("three and the watcher") { try present() == 4 }
      try clients[0].post("leave", id: 1)
      #expect(throws: LineClient.Failure.closed) { try clients[0].text() }
      clients[1].finishSending()
      #expect(throws: LineClient.Failure.closed) { try clients[1].text() }
    }
    try eventually("only the watcher") { try present() == 1 }
    #expect(server.identifier > 0)
  }
}

@Test func `out of descriptors the server waits for one, without a circle`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path, descriptors: 64)
    let first = try LineClient(connectingTo: path, timeoutSeconds: 60)
    #expect(try first.ask("ping") == pong(1))
    var clients = try (0..<100).map { _ in try LineClient(connectingTo: path, timeoutSeconds: 60) }
    #expect(try first.ask("ping", id: 2) == pong(2))
    let before = try server.processorTime()
    SystemClock.sleep(nanoseconds: 200_000_000)
    #expect(try server.processorTime() - before <= 50)
    let last = try #require(clients.last)
    clients = []
    #expect(try last.ask("ping", id: 3) == pong(3))
  }
}

@Test func `SIGTERM answers what is in flight, removes the socket and ends with 0`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let client = try LineClient(connectingTo: path, timeoutSeconds: 60)
    let idle = try LineClient(connectingTo: path, timeoutSeconds: 60)
    try client.postLate(60_000, id: 1)
    server.signal(SIGTERM)
    #expect(try client.text().contains("late"))
    #expect(throws: LineClient.Failure.closed) { try idle.text() }
    #expect(try server.exitCode() == 0)
    #expect(access(path, F_OK) != 0)
  }
}

@Test func `a malformed frame is answered and the connection lives on`() throws {
  try withSocketPath { path in
    let server = try EchoProcess.onSocket(path)
    let client = try LineClient(connectingTo: path, framing: .contentLength, timeoutSeconds: 60)
    try client.sendRaw(Array("Content-Length: many\r\n\r\n".utf8))
    #expect(try client.text().contains("-32700"))
    #expect(try client.ask("ping", id: 2) == pong(2))
    #expect(server.identifier > 0)
  }
}

private func entries(of folder: String) throws -> Int {
  guard let stream = opendir(folder) else { throw Errno.last("opendir", folder) }
  defer { closedir(stream) }
  var count = 0
  while readdir(stream) != nil { count += 1 }
  return count
}
