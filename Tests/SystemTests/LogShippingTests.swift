import JSON
import Logs
import POSIX
import TestSupport
import Testing

/// `nodes.append_log`: the output of agents on other machines, at the same offsets, whatever is sent twice or lost.
struct LogShippingTests {
  @discardableResult
  private static func append(
    _ bytes: [UInt8], at offset: Int, to id: Int, _ client: CheckedClient, _ more: JSONObject = [:]
  ) throws -> JSONValue {
    try client.call("nodes.append_log", params(bytes, at: offset, to: id, more))
  }

  private static func params(_ bytes: [UInt8], at offset: Int, to id: Int, _ more: JSONObject = [:])
    -> JSONObject
  {
    let params: JSONObject = [
      "node_id": 1, "deployment_id": .int(id), "attempt": more["attempt"] ?? 1, "offset": .int(offset),
      "base64": .string(Base64.text(of: bytes)),
    ]
    return JSONObject(members: params.members + more.members.filter { $0.key != "attempt" })
  }

  @Test func `what comes twice or overlaps is kept once, and a gap has to be meant`() throws {
    try withNode { place in
      let id = try place.run()
      let text = Array("one\ntwo\nthree\n".utf8)
      #expect(try Self.append(Array(text[..<4]), at: 0, to: id, place.alice).at("end") == 4)
      #expect(try Self.append(Array(text[..<4]), at: 0, to: id, place.alice).at("end") == 4)
      #expect(try Self.append(Array(text[2..<9]), at: 2, to: id, place.alice).at("end") == 9)
      let gap = try place.alice.refusal("nodes.append_log", Self.params([0x0A], at: 13, to: id))
      #expect(gap.code == 1009 && gap.data["end"] == 9)
      #expect(try Self.append(Array(text[9...]), at: 9, to: id, place.alice).at("end") == 14)
      #expect(try place.logs(id).at("text") == .string(String(decoding: text, as: UTF8.self)))
      // Lost for good: the offsets stay.
      let late = try Self.append(Array("late\n".utf8), at: 1_000_000, to: id, place.alice, ["gap": true])
      #expect(late.at("end") == 1_000_005)
      let rest = try place.logs(id, ["offset": 14, "limit": 1_048_576])
      let after = try place.logs(id, ["offset": rest.at("end"), "limit": 1_048_576])
      let whole = (rest.at("text").string ?? "") + (after.at("text").string ?? "")
      #expect(whole.hasSuffix("\nlate\n") && !whole.contains("\0") && whole.utf8.count < 10_000)
      #expect(after.at("end") == 1_000_005)
    }
  }

  @Test func `the newest is kept within the limit, at its offsets`() throws {
    try withNode(logLimit: 256 << 10) { place in
      let id = try place.run()
      let all = (0..<100_000).flatMap { Array("line \($0)\n".utf8) }
      for start in stride(from: 0, to: all.count, by: 100_000) {
        let part = Array(all[start..<min(all.count, start + 100_000)])
        #expect(try Self.append(part, at: start, to: id, place.alice).at("end").int == start + part.count)
      }
      let kept = try place.logs(id, ["limit": 1_048_576])
      let offset = kept.at("offset").int ?? 0
      #expect(offset > all.count - 256 << 10 && offset < all.count - 128 << 10)
      #expect(kept.at("text").string.map { Array($0.utf8) } == Array(all[offset...]))
    }
  }

  @Test func `it is for agents of the node's cluster, and for attempts that there were`() throws {
    try withNode { place in
      let id = try place.run()
      let byte: [UInt8] = [0x61]
      let made = try place.alice.call("tokens.create", ["name": "agent", "scope": "agent"]).at("token")
      let reader = try place.alice.call("tokens.create", ["name": "eyes", "scope": "read"]).at("token")
      try Self.append(byte, at: 0, to: id, place.alice, ["token": made.at("text")])
      let reading = Self.params(byte, at: 1, to: id, ["token": reader.at("text")])
      #expect(try place.alice.refusal("nodes.append_log", reading).code == 1003)
      #expect(
        try place.alice.refusal("nodes.append_log", Self.params(byte, at: 0, to: id, ["attempt": 2])).code
          == 1004)
      var bad = Self.params(byte, at: 1, to: id)
      bad["base64"] = "YQ"
      #expect(try place.alice.refusal("nodes.append_log", bad).code == -32602)
      try place.alice.createCluster("other")
      let elsewhere = try place.alice.deploy("elsewhere", cluster: 2).at("id").int ?? 0
      #expect(
        try place.alice.refusal("nodes.append_log", Self.params(byte, at: 0, to: elsewhere)).code == 1004)
      let stranger = try place.server.connect()
      try stranger.signUp("eve")
      try stranger.createOrganization("evil")
      #expect(try stranger.refusal("nodes.append_log", Self.params(byte, at: 1, to: id)).code == 1004)
      // What it wrote last may come after its end.
      try place.end(id)
      #expect(try Self.append([0x62], at: 1, to: id, place.alice).at("end") == 2)
      try place.alice.sync([], ["agent_id": "first"])
      let other = Self.params(byte, at: 2, to: id, ["agent_id": "second"])
      #expect(try place.alice.refusal("nodes.append_log", other).code == 1009)
    }
  }

  @Test func `output that is sent is followed like any other, and costs no record`() throws {
    try withNode { place in
      let id = try place.run()
      let follower = try place.client()
      let following = try follower.send("deployments.logs", ["deployment_id": .int(id), "follow": true])
      let seq = try place.alice.call("events.list_all").at("last_seq")
      for number in 0..<20 {
        try Self.append([UInt8(ascii: "a") + UInt8(number)], at: number, to: id, place.alice)
        #expect(try follower.nextLog()?.at("offset").int == number)
      }
      #expect(try place.alice.call("events.list_all", ["after": seq]).at("events") == [])
      try place.end(id)
      #expect(try follower.answer(to: following, of: "deployments.logs").at("end") == 20)
    }
  }
}
