import Glibc
import JSON
import POSIX
import RPC
import TestSupport
import Testing

@testable import Transport

private func client(_ process: EchoProcess, _ framing: Framing = .lines) throws -> LineClient {
  LineClient(
    reading: try #require(process.output), writing: try #require(process.input), framing: framing,
    timeoutSeconds: 60)
}

@Test(arguments: [Framing.lines, .contentLength], [false, true])
func `standard input and output are served`(framing: Framing, onSocket: Bool) throws {
  let process = try EchoProcess(["stdio"], onSocket: onSocket)
  let client = try client(process, framing)
  #expect(try client.ask("ping", id: 1) == pong(1))
  #expect(try client.ask("thread", id: 2) == #"{"jsonrpc":"2.0","id":2,"result":"threaded"}"#)
}

@Test func `the end of input ends the server when all is answered`() throws {
  let process = try EchoProcess(["stdio"], onSocket: true)
  let client = try client(process)
  try client.post("later", ["ms": 100], id: 1)
  try client.sendRaw(Array(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#.utf8))
  client.finishSending()
  #expect(try client.text() == #"{"jsonrpc":"2.0","id":1,"result":"late"}"#)
  #expect(try client.text() == pong(2))
  #expect(throws: LineClient.Failure.closed) { try client.text() }
  #expect(try process.exitCode() == 0)
}

@Test func `more than a pipe holds is written as it is read`() throws {
  let process = try EchoProcess(["stdio"])
  let client = try client(process)
  try client.post("flood", ["bytes": 500_000], id: 1)
  #expect(try client.receive().count > 500_000)
  #expect(try client.ask("ping", id: 2) == pong(2))
}

@Test(arguments: [false, true], [false, true])
func `a reader that is gone ends the server, whatever is unanswered`(onSocket: Bool, inputEnds: Bool) throws {
  let process = try EchoProcess(["stdio"], onSocket: onSocket)
  do {
    let client = try client(process)
    #expect(try client.ask("ping") == pong(1))
    try client.postLate(60_000, id: 2)
  }
  if onSocket || inputEnds { process.input = nil }
  process.output = nil
  #expect(try process.exitCode() == 0)
}

@Test func `a regular file is served to its end`() throws {
  try withSocketPath { path in
    let calls = (0..<2000).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"ping"}"# }.joined(separator: "\r\n")
    let file = FileDescriptor(owning: open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600))
    _ = Array(calls.utf8).withUnsafeBytes { file.writeSome($0) }
    lseek(file.number, 0, SEEK_SET)
    let process = try EchoProcess(["stdio"], input: file)
    let client = LineClient(
      reading: try #require(process.output), writing: try #require(process.output), timeoutSeconds: 60)
    for id in 0..<2000 { #expect(try client.text() == pong(id)) }
    #expect(try process.exitCode() == 0)
  }
}

@Test func `SIGTERM answers what is in flight and ends with 0`() throws {
  let process = try EchoProcess(["stdio"])
  let client = try client(process)
  try client.postLate(60_000, id: 2)
  process.signal(SIGTERM)
  #expect(try client.text() == #"{"jsonrpc":"2.0","id":2,"result":"late"}"#)
  #expect(try process.exitCode() == 0)
}

@Test func `a handler that must exit ends the process after its answer`() throws {
  let process = try EchoProcess(["stdio"])
  #expect(try client(process).ask("fail") == #"{"jsonrpc":"2.0","id":1,"result":"failing"}"#)
  #expect(try process.exitCode() == 3)
}
