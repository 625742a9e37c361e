import Glibc
import JSON
import POSIX
import RPC
import Testing

@testable import Transport

private func client(_ process: EchoProcess, _ framing: Framing = .lines) -> LineClient {
  LineClient(reading: process.output, writing: process.input, framing: framing, timeoutSeconds: 10)
}

@Test(arguments: [Framing.lines, .contentLength], [false, true])
func `standard input and output are served`(framing: Framing, onSocket: Bool) throws {
  let process = try EchoProcess(["stdio"], onSocket: onSocket)
  let client = client(process, framing)
  #expect(try client.ask("ping", id: 1) == pong(1))
  #expect(try client.ask("thread", id: 2) == #"{"jsonrpc":"2.0","id":2,"result":"threaded"}"#)
}

@Test func `the end of input ends the server when all is answered`() throws {
  let process = try EchoProcess(["stdio"], onSocket: true)
  let client = client(process)
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
  let client = client(process)
  try client.post("flood", ["bytes": 3_000_000], id: 1)
  #expect(try client.receive().count > 3_000_000)
  #expect(try client.ask("ping", id: 2) == pong(2))
}

@Test func `a reader that is gone ends the server`() throws {
  for onSocket in [false, true] {
    var process: EchoProcess? = try EchoProcess(["stdio"], onSocket: onSocket)
    let identifier = try #require(process?.identifier)
    // Dropping the only ends of its pipes would kill it too, so it is watched from a copy.
    let ends = (dup(process!.input.number), dup(process!.output.number))
    #expect(kill(identifier, 0) == 0)
    close(ends.0)
    close(ends.1)
    process = nil
  }
}

@Test func `SIGTERM answers what is in flight and ends with 0`() throws {
  let process = try EchoProcess(["stdio"])
  let client = client(process)
  #expect(try client.ask("ping") == pong(1))
  try client.post("later", ["ms": 60_000], id: 2)
  // Its order on the wire says that the call above was taken when this one is answered.
  try eventually("the call is taken") { try process.isSleeping() }
  process.signal(SIGTERM)
  #expect(try client.text() == #"{"jsonrpc":"2.0","id":2,"result":"late"}"#)
  #expect(try process.exitCode() == 0)
}

@Test func `a handler that must exit ends the process after its answer`() throws {
  let process = try EchoProcess(["stdio"])
  #expect(try client(process).ask("fail") == #"{"jsonrpc":"2.0","id":1,"result":"failing"}"#)
  #expect(try process.exitCode() == 3)
}
