import JSON
import Schemas
import Testing

@testable import RPC

private func parse(_ text: String) -> Message { Message.parse(Array(text.utf8)) }

private func code(_ message: Message) -> Int? {
  guard case .single(.invalid(_, let error)) = message else { return nil }
  return error.code
}

@Test(arguments: ["1.0", "1152921504606846976", "null", "\"a\"", "-0", "1e2", "\"\\u0041\\n\"", "0.30"])
func `an id comes back as it was written`(id: String) throws {
  guard case .single(.request(let request)) = parse(#"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"#) else {
    Issue.record("not a request")
    return
  }
  let reply = String(decoding: Reply.result(["ok": true], id: request.id), as: UTF8.self)
  let written = id == "\"\\u0041\\n\"" ? "\"A\\n\"" : id
  #expect(reply == #"{"jsonrpc":"2.0","id":\#(written),"result":{"ok":true}}"#)
}

@Test func `a call without id is a notification`() {
  #expect(
    parse(#"{"jsonrpc":"2.0","method":"m","params":[1]}"#)
      == .single(.notification(method: "m", params: .positional([1]))))
}

@Test func `params are an object, an array or absent`() {
  #expect(
    parse(#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1}}"#)
      == .single(.request(Request(id: 1, method: "m", params: .named(["a": 1])))))
  #expect(
    parse(#"{"method":"m","id":"x","jsonrpc":"2.0"}"#)
      == .single(.request(Request(id: "x", method: "m", params: .none))))
}

@Test func `a response is not a call`() {
  #expect(parse(#"{"jsonrpc":"2.0","id":1,"result":5}"#) == .single(.response))
  #expect(parse(#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#) == .single(.response))
}

@Test(arguments: [
  "3", "\"x\"", "null", "{}", #"{"jsonrpc":"1.0","id":1,"method":"m"}"#, #"{"id":1,"method":"m"}"#,
  #"{"jsonrpc":2.0,"id":1,"method":"m"}"#, #"{"jsonrpc":"2.0","id":1}"#,
  #"{"jsonrpc":"2.0","id":1,"method":1}"#,
  #"{"jsonrpc":"2.0","id":{},"method":"m"}"#, #"{"jsonrpc":"2.0","id":true,"method":"m"}"#,
  #"{"jsonrpc":"2.0","id":1,"method":"m","params":3}"#,
  #"{"jsonrpc":"2.0","id":1,"method":"m","params":true}"#,
  #"{"jsonrpc":"2.0","method":1}"#, "[]",
])
func `what is not a call is an invalid request`(text: String) {
  #expect(code(parse(text)) == RPCError.invalidRequestCode)
}

@Test func `an invalid request is answered under its id where it has one`() {
  guard case .single(.invalid(let id, _)) = parse(#"{"jsonrpc":"2.0","id":"7","method":1}"#) else {
    Issue.record("not invalid")
    return
  }
  #expect(id == "7")
}

@Test(arguments: ["{", "{\"a\":1,\"a\":2}", "nan", "[1,]", "\u{FEFF}{}", "", "{} {}", "\"\\ud800\""])
func `what is not JSON is a parse error under a null id`(text: String) {
  #expect(code(parse(text)) == RPCError.parseCode)
}

@Test func `100,000 brackets are a parse error`() {
  #expect(code(parse(String(repeating: "[", count: 100_000))) == RPCError.parseCode)
}

@Test func `a batch has 1 to 1,000 entries`() {
  let call = #"{"jsonrpc":"2.0","id":1,"method":"m"}"#
  func batch(_ count: Int) -> Message {
    parse("[\(Array(repeating: call, count: count).joined(separator: ","))]")
  }
  guard case .batch(let calls) = batch(1000) else {
    Issue.record("not a batch")
    return
  }
  #expect(calls.count == 1000)
  #expect(code(batch(1001)) == RPCError.invalidRequestCode)
  guard case .batch(let mixed) = parse("[1,\(call),{\"jsonrpc\":\"2.0\",\"method\":\"n\"},[]]") else {
    Issue.record("not a batch")
    return
  }
  #expect(mixed.count == 4)
  #expect(mixed[1] == .request(Request(id: 1, method: "m", params: .none)))
  #expect(mixed[2] == .notification(method: "n", params: .none))
}

@Test func `params by position take the schema's order, and no more`() throws {
  #expect(try Params.positional([1, 2]).named(in: ["a", "b", "c"]) == ["a": 1, "b": 2])
  #expect(try Params.none.named(in: ["a"]) == [:])
  let error = #expect(throws: RPCError.self) { try Params.positional([1, 2, 3]).named(in: ["a"]) }
  #expect(error?.code == RPCError.invalidParamsCode)
  #expect(error?.message == "Invalid params: params must have at most 1 value, not 3.")
}

@Test func `all violations are in the data, and the first in the message`() {
  let error = RPCError.invalidParams([
    Violation(pointer: "/priority", message: "must be at most 100"),
    Violation(pointer: "/name", message: "is required"),
  ])
  #expect(error.message == "Invalid params: /priority must be at most 100 (and 1 more).")
  let expected =
    #"{"jsonrpc":"2.0","id":null,"error":{"code":-32602,"#
    + #""message":"Invalid params: /priority must be at most 100 (and 1 more).","#
    + #""data":{"kind":"invalid_params","errors":[{"pointer":"/priority","message":"must be at most 100"},"#
    + #"{"pointer":"/name","message":"is required"}]}}}"#
  #expect(String(decoding: Reply.failure(error, id: nil), as: UTF8.self) == expected)
}

@Test func `a batch's reply is ready when its last answer is, in the batch's order`() {
  var batch = BatchReply(count: 2)
  batch.answer(1, Array("{2}".utf8))
  #expect(batch.bytes == nil)
  batch.answer(0, Array("{1}".utf8))
  batch.answer(0, Array("{late}".utf8))
  #expect(batch.bytes == Array("[{1},{2}]".utf8))
  #expect(BatchReply(count: 0).isComplete && BatchReply(count: 0).bytes == nil)
}

@Test func `the outbox knows what room is left`() {
  var outbox = Outbox { $0.rawValue == 1 ? 10 : 0 }
  let peer = PeerID(rawValue: 1)
  outbox.send([1, 2, 3, 4], to: peer)
  #expect(outbox.space(for: peer) == 6)
  outbox.send(Array(repeating: 0, count: 7), to: peer)
  #expect(outbox.space(for: peer) == 0)
  outbox.close(peer)
  #expect(outbox.entries.count == 3 && outbox.entries.last == .close(peer))
}
