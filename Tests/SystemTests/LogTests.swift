import Glibc
import JSON
import Logs
import POSIX
import TestSupport
import Testing

/// `deployments.logs`: what supervisors write, by offset and as it comes. The supervisor is the test.
struct LogTests {
  @Test func `output is read by offset, whole characters at a time, and what is no character as U+FFFD`()
    throws
  {
    try withNode { place in
      let id = try place.run()
      let log = place.writer(id)
      log.append(Array("naïve 🙂 end".utf8) + [0xFF, 0x0A])
      let all = try place.logs(id)
      #expect(all.at("text") == "naïve 🙂 end\u{FFFD}\n")
      #expect(all.at("attempt") == 1 && all.at("offset") == 0 && all.at("end") == 17 && all.at("size") == 17)
      #expect(all.at("ended") == false)
      // A piece ends before the character that does not fit.
      let first = try place.logs(id, ["limit": 9])
      #expect(first.at("text") == "naïve " && first.at("end") == 7)
      let next = try place.logs(id, ["offset": 7, "limit": 4])
      #expect(next.at("text") == "🙂" && next.at("end") == 11)
      #expect(try place.logs(id, ["tail": 6]).at("text") == " end\u{FFFD}\n")
      let beyond = try place.logs(id, ["offset": 1000])
      #expect(beyond.at("text") == "" && beyond.at("end") == 17)
      // Half a character waits for its other half, while there may be one.
      log.append([0xE2, 0x82])
      #expect(try place.logs(id, ["offset": 17]).at("end") == 17)
      log.append([0xAC])
      #expect(try place.logs(id, ["offset": 17]).at("text") == "€")
      log.append([0xE2, 0x82])
      try place.end(id)
      let last = try place.logs(id, ["offset": 20])
      #expect(last.at("text") == "\u{FFFD}" && last.at("end") == 22 && last.at("ended") == true)
      #expect(
        try place.alice.refusal("deployments.logs", ["deployment_id": .int(id), "attempt": 2]).code == 1004)
      #expect(
        try place.alice.refusal(
          "deployments.logs", ["deployment_id": .int(id), "offset": 1, "tail": 1]
        ).code == -32602)
    }
  }

  @Test func `what was given back is passed over, and an answer is bounded whatever was written`() throws {
    try withNode { place in
      let id = try place.run()
      let log = LogWriter(path: place.path(id), limitBytes: 64 << 10)
      for number in 0..<40_000 { log.append(Array("line \(number)\n".utf8)) }
      let oldest = try place.logs(id)
      let offset = oldest.at("offset").int ?? 0
      #expect(offset > 0 && oldest.at("note") != .null)
      #expect(oldest.at("text").string?.contains("\0") == false)
      let rest = try place.logs(id, ["offset": oldest.at("offset"), "limit": 1_048_576])
      #expect(rest.at("text").string?.hasSuffix("line 39999\n") == true && rest.at("note") == .null)
      let other = try place.run()
      place.writer(other).append([UInt8](repeating: 1, count: 2 << 20))
      let piece = try place.logs(other, ["limit": 1_048_576])
      #expect(piece.text.utf8.count < (1 << 20) + 1000)
      #expect(piece.at("end").int == piece.at("text").string?.utf8.count)
    }
  }

  @Test func `without output there is a sentence`() throws {
    try withNode { place in
      try place.alice.deploy("first", ["required_cpu": 2, "required_ram": 1])
      let waiting =
        try place.alice.deploy("second", ["required_cpu": 2, "required_ram": 1]).at("id").int ?? 0
      let none = try place.logs(waiting)
      #expect(none.at("attempt") == .null && none.at("ended") == false)
      #expect(none.at("note").string?.contains("has not started") == true)
      try place.alice.call("deployments.cancel", ["deployment_id": .int(waiting)])
      #expect(try place.logs(waiting).at("ended") == true)
      #expect(try place.logs(waiting, ["follow": true]).at("ended") == true)
      try place.end(1)
      #expect(try place.logs(1).at("note").string?.contains("wrote nothing") == true)
    }
  }

  @Test(arguments: ServerProcess.Way.allCases)
  func `a follower gets every byte within moments, across the start and to the end`(_ way: ServerProcess.Way)
    throws
  {
    try withNode { place in
      // Another process follows than the one that is told of starts and ends.
      let follower = try place.sandbox.serve(way == .stdio ? .init(.stdio) : place.secondSocket).connect()
      try follower.logIn("alice")
      let id = try place.alice.deploy("early", ["required_cpu": 1, "required_ram": 1]).at("id").int ?? 0
      let following = try follower.send("deployments.logs", ["deployment_id": .int(id), "follow": true])
      #expect(try follower.nextLog(within: 0.1) == nil)
      try place.alice.sync([SyncEntry.entry(id, 1, "running")])
      let log = place.writer(id)
      var sent: [UInt8] = []
      var got = ""
      var waits: [Int] = []
      for number in 0..<200 {
        let line = Array("step \(number) €\n".utf8)
        let began = SystemClock.monotonicNanoseconds()
        log.append(line)
        sent += line
        while got.utf8.count < sent.count {
          let said = try #require(try follower.nextLog(), "nothing came of line \(number)")
          #expect(said.at("offset").int == got.utf8.count && said.at("attempt") == 1)
          got += said.at("text").string ?? ""
        }
        waits.append(SystemClock.monotonicNanoseconds() - began)
      }
      waits.sort()
      print("written to heard, \(way): median \(waits[100] / 1000) µs, p99 \(waits[198] / 1000) µs")
      #expect(waits[100] < 500_000_000)
      let bulk = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
      log.append(bulk)
      sent += bulk
      try place.end(id)
      let answer = try follower.answer(to: following, of: "deployments.logs")
      while got.utf8.count < sent.count, let said = try follower.nextLog() {
        #expect(said.at("offset").int == got.utf8.count)
        got += said.at("text").string ?? ""
      }
      #expect(Array(got.utf8) == sent)
      #expect(answer.at("ended") == true && answer.at("end").int == sent.count)
      #expect(answer.at("text") == "" && answer.at("note") == .null)
    }
  }

  @Test func `a follower goes on with the next attempt, or stays with the one it named`() throws {
    try withNode { place in
      let id =
        try place.alice.deploy("twice", ["required_cpu": 1, "required_ram": 1, "retries": 1]).at("id").int
        ?? 0
      let both = try place.client()
      let one = try place.client()
      let bothID = try both.send("deployments.logs", ["deployment_id": .int(id), "follow": true])
      place.writer(id).append(Array("first\n".utf8))
      let oneID = try one.send("deployments.logs", ["deployment_id": .int(id), "follow": true, "attempt": 1])
      try place.end(id, code: 1)
      #expect(try one.answer(to: oneID, of: "deployments.logs").at("ended") == true)
      #expect(try one.nextLog()?.at("text") == "first\n")
      try eventually("the second attempt") { try place.alice.deployment(id).at("attempt") == 2 }
      place.writer(id, attempt: 2).append(Array("second\n".utf8))
      try place.end(id, attempt: 2)
      let answer = try both.answer(to: bothID, of: "deployments.logs")
      #expect(answer.at("attempt") == 2)
      let said = [try both.nextLog(), try both.nextLog()]
      #expect(said.map { $0?.at("text") } == ["first\n", "second\n"])
      #expect(said.map { $0?.at("attempt") } == [1, 2])
      #expect(try place.logs(id, ["attempt": 1]).at("text") == "first\n")
    }
  }

  @Test func `a follower that does not read holds nobody up and costs little memory`() throws {
    try withNode { place in
      let id = try place.run()
      let slow = try place.client()
      _ = try slow.send("deployments.logs", ["deployment_id": .int(id), "follow": true])
      let quick = try place.client()
      let following = try quick.send("deployments.logs", ["deployment_id": .int(id), "follow": true])
      let before = try place.server.residentBytes
      let log = place.writer(id)
      let part = [UInt8](repeating: UInt8(ascii: "y"), count: 1 << 20)
      for _ in 0..<32 { log.append(part) }
      var count = 0
      while count < 32 << 20 { count += try #require(try quick.nextLog()).at("text").string?.utf8.count ?? 0 }
      try place.alice.call("server.ping")
      #expect(try place.server.residentBytes < before + 24 << 20)
      try place.end(id)
      #expect(try quick.answer(to: following, of: "deployments.logs").at("ended") == true)
      // And when it reads, it has missed nothing.
      var late = 0
      while late < 32 << 20 { late += try #require(try slow.nextLog()).at("text").string?.utf8.count ?? 0 }
    }
  }

  @Test func `following ends with the token, the membership, the connection and the server`() throws {
    try withNode { place in
      let id = try place.run()
      let bob = try place.server.connect()
      try bob.signUp("bob")
      #expect(try bob.refusal("deployments.logs", ["deployment_id": .int(id), "follow": true]).code == 1003)
      try bob.createOrganization("other")
      #expect(try bob.refusal("deployments.logs", ["deployment_id": .int(id), "follow": true]).code == 1004)
      let made = try place.alice.call("tokens.create", ["name": "eyes", "scope": "read"]).at("token")
      let params: JSONObject = ["deployment_id": .int(id), "follow": true, "token": made.at("text")]
      let following = try bob.send("deployments.logs", params)
      place.writer(id).append(Array("seen\n".utf8))
      #expect(try bob.nextLog()?.at("text") == "seen\n")
      try place.alice.call("tokens.revoke", ["token_id": made.at("id")])
      #expect(throws: Refused.self) { try bob.answer(to: following, of: "deployments.logs") }
      place.writer(id).append(Array("secret\n".utf8))
      #expect(try bob.nextLog(within: 0.1) == nil)

      let descriptors = try place.server.descriptorCount
      do {
        let gone = try place.client()
        _ = try gone.send("deployments.logs", ["deployment_id": .int(id), "follow": true])
        #expect(try gone.nextLog()?.at("offset") == 0)
      }
      try eventually("the end of the connection") { try place.server.descriptorCount == descriptors }

      // Nobody follows, and whatever is written wakes nobody; the two are the questions themselves.
      let turns = try place.turns
      place.writer(id).append(Array("unheard\n".utf8))
      #expect(try bob.nextLog(within: 0.3) == nil)
      #expect(try place.turns - turns <= 2)

      let last = try place.client()
      let lastID = try last.send("deployments.logs", ["deployment_id": .int(id), "follow": true])
      #expect(try last.nextLog()?.at("offset") == 0)
      try place.server.stop()
      #expect(try last.answer(to: lastID, of: "deployments.logs").at("ended") == false)
      try place.server.restart()
    }
  }

  @Test func `prune drops the logs of what is not known any more, and no other`() throws {
    try withNode { place in
      let over = try place.run()
      place.writer(over).append(Array("over\n".utf8))
      try place.end(over)
      let live = try place.run()
      place.writer(live).append(Array("live\n".utf8))
      try Directory.makePath(place.sandbox.data + "/logs/strange")
      #expect(try CommandRun(["doctor", "--data", place.sandbox.data], in: place.sandbox).code == 0)
      let old = try CommandRun(
        ["prune", "--older-than", "1", "--data", place.sandbox.data], in: place.sandbox)
      #expect(old.code == 0 && old.output.contains("logs of 0 attempts"), "\(old.output)\(old.errors)")
      SystemClock.sleep(nanoseconds: 20_000_000)
      let all = try CommandRun(
        ["prune", "--older-than", "0", "--data", place.sandbox.data], in: place.sandbox)
      #expect(all.output.contains("logs of 1 attempts"), "\(all.output)\(all.errors)")
      #expect(try Directory(place.sandbox.data + "/logs").names() == ["\(live)", "strange"])
      let later = try place.run()
      place.writer(later).append([UInt8](repeating: 0x61, count: 100_000))
      try place.end(later)
      let small = try CommandRun(
        ["prune", "--older-than", "1", "--keep-logs", "50000", "--data", place.sandbox.data],
        in: place.sandbox)
      #expect(small.output.contains("logs of 1 attempts"), "\(small.output)\(small.errors)")
      #expect(try place.logs(later).at("note").string?.contains("pruned") == true)
      #expect(try place.logs(live).at("text") == "live\n")
    }
  }

  @Test func `the command line writes what the program wrote, whole, live and as JSON`() throws {
    try withNode { place in
      let id = try place.run()
      let text = String(repeating: "0123456789\n", count: 30_000)
      place.writer(id).append(Array(text.utf8))
      let words = ["deployments", "logs", "\(id)", "--data", place.sandbox.data]
      let token: [String: String] = ["BERTH_TOKEN": place.token]
      let whole = try CommandRun(words, in: place.sandbox, environment: token)
      #expect(whole.code == 0 && whole.output == text && whole.errors.isEmpty, "\(whole.errors)")
      try place.end(id)
      let followed = try CommandRun(words + ["--follow"], in: place.sandbox, environment: token)
      #expect(followed.code == 0 && followed.output == text, "\(followed.errors)")
      let json = try CommandRun(words + ["--follow", "--json"], in: place.sandbox, environment: token)
      let lines = try json.output.split(separator: "\n").map { try JSONParser.parse(Array($0.utf8)) }
      #expect(lines.dropLast().compactMap { $0.at("text").string }.joined() == text)
      #expect(lines.last?.at("ended") == true)
      // Without a daemon too.
      try place.server.stop()
      let alone = try CommandRun(words + ["--follow"], in: place.sandbox, environment: token)
      #expect(alone.code == 0 && alone.output == text, "\(alone.errors)")
      try place.server.restart()
      let none = try CommandRun(
        ["deployments", "logs", "99", "--data", place.sandbox.data], in: place.sandbox, environment: token)
      #expect(none.code == 1)
    }
  }
}
