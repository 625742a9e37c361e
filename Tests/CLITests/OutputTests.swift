import JSON
import Testing

@testable import CLI

/// What a method's example answers.
private func answer(_ method: String, _ index: Int = 0) -> Result<JSONValue, CallFailure> {
  .success(SchemaFolder.example(method, index)?["result"] ?? .null)
}

@Test func `rows are a table of the columns that the schema names`() {
  let run = Run("deployments", "list", answer: answer("deployments.list_all"))
  #expect(
    run.output == """
      ID  NAME   STATUS   PRIORITY  CPU  RAM  GPU  NODE     REASON
       1  train  running        50    1    2  0.5  default  -
       2  serve  running        70    1    2  0.5  default  -

      """)
}

@Test func `one object is lines of key and value`() {
  let run = Run(
    "deployments", "create", "a", "/i", "1", "1", "1", "0", answer: answer("deployments.create", 2))
  let lines = run.output.split(separator: "\n")
  #expect(lines.contains("status         pending"))
  let reason =
    "Needs 0.5 GPU; node \"default\" has 0 of 1 free, 0.5 short; held by deployments 1 and 2: wait, or ask for less."
  #expect(lines.contains("reason         \(reason)"))
  #expect(lines.contains("node           -"))
  #expect(lines.contains("created_at     2026-03-02 09:13:00Z"))
}

@Test func `rows inside an object are a table under its lines`() {
  let run = Run("clusters", "get", "2", answer: answer("clusters.create", 1))
  #expect(run.output.contains("name             farm\n"))
  #expect(run.output.contains("\nnodes\nID  NAME   STATUS  CPU  USED  RAM  USED  GPU  USED  LABELS\n"))
  #expect(run.output.contains(" 2  alpha  ready    32     0  128     0    2     0  gpu=A100\n"))
}

@Test func `every example can be shown`() {
  for command in SchemaFolder.catalog.methods {
    guard let result = SchemaFolder.example(command.name)?["result"] else {
      Issue.record("\(command.name) has no example")
      continue
    }
    let text = ResultPage(shape: command.result, style: TerminalStyle(isColored: false), limit: 80).text(
      result)
    #expect(text.hasSuffix("\n") && text.count > 3, "\(command.name)")
    #expect(!text.contains("{"), "\(command.name): \(text)")
  }
}

@Test func `an empty result says done, an empty list says so`() {
  #expect(Run("organizations", "leave", answer: .success([:])).output == "done\n")
  #expect(Run("clusters", "list", answer: .success(["clusters": []])).output == "no clusters\n")
}

@Test func `a further page is said in words that get it`() {
  let rows = SchemaFolder.example("deployments.list_all")?["result"]?["deployments"] ?? []
  let answer: Result<JSONValue, CallFailure> = .success(["deployments": rows, "next_cursor": "a'b"])
  let words = ["deployments", "list", "--newest-first", "--cursor", "old"]
  let run = Run(words, answer: answer)
  #expect(run.errors == #"more: berth deployments list --newest-first --cursor 'a'\''b'"# + "\n")
  #expect(!run.output.contains("more:"))
}

@Test func `a table is cut to the terminal and nothing else is`() {
  let reason = String(repeating: "because ", count: 20)
  let row: JSONValue = [
    "id": 1, "name": "sweep", "status": "pending", "reason": ["code": "x", "message": .string(reason)],
  ]
  let answer: Result<JSONValue, CallFailure> = .success(["deployments": [row], "next_cursor": nil])
  let terminal = ScriptedTerminal()
  terminal.outputIsTerminal = true
  terminal.allowsColor = false
  terminal.columns = 80
  let cut = Run("deployments", "list", terminal: terminal, answer: answer).output
  #expect(cut.split(separator: "\n").allSatisfy { $0.count <= 80 })
  #expect(cut.contains("because…") || cut.contains("…"))
  #expect(Run("deployments", "list", answer: answer).output.contains(reason))
}

@Test func `colour is for terminals that want it`() {
  func output(isTerminal: Bool, allowsColor: Bool, _ flag: String...) -> String {
    let terminal = ScriptedTerminal()
    terminal.outputIsTerminal = isTerminal
    terminal.allowsColor = allowsColor
    let interface = CommandInterface(
      SchemaFolder.catalog,
      connect: { _, _ throws(CallFailure) in
        let caller = ScriptedCaller()
        caller.answer = answer("deployments.list_all")
        return caller
      })
    #expect(interface.run(["deployments", "list"] + flag, terminal) == .ok)
    return terminal.output
  }
  #expect(output(isTerminal: true, allowsColor: true).contains("\u{1B}[32mrunning"))
  #expect(!output(isTerminal: false, allowsColor: true).contains("\u{1B}"))
  #expect(!output(isTerminal: true, allowsColor: false).contains("\u{1B}"))
  #expect(!output(isTerminal: true, allowsColor: true, "--no-color").contains("\u{1B}"))
}

@Test func `control characters never reach the terminal`() {
  let evil = "a\u{1B}[2J\u{9B}31m\r\n\u{7}\u{202E}b"
  let row: JSONValue = ["user_id": 1, "username": .string(evil), "role": "owner"]
  for words in [["organizations", "members"], ["organizations", "members", "--json"]] {
    let run = Run(words, answer: .success(["members": [row]]))
    let line = run.output.dropLast()
    let dangerous = line.unicodeScalars.filter { ($0.value < 0x20 && $0 != "\n") || 0x7F..<0xA0 ~= $0.value }
    #expect(dangerous.isEmpty)
    #expect(!line.unicodeScalars.contains("\u{202E}"))
  }
  let refused = Run(["auth", "whoami"], answer: .failure(.refused(CallRefusal(code: 1, message: evil))))
  #expect(!refused.errors.unicodeScalars.contains("\u{1B}"))
  let json = Run(["organizations", "members", "--json"], answer: .success(["members": [row]])).output
  #expect(try! JSONParser.parse(json)["members"] == [row])
}

@Test func `wide and combining characters are counted as they are drawn`() {
  #expect(DisplayText.width("abc") == 3)
  #expect(DisplayText.width("日本") == 4)
  #expect(DisplayText.width("e\u{301}") == 1)
  #expect(DisplayText.width("🚀") == 2)
  #expect(DisplayText.truncated("日本語", to: 5) == "日本…")
  #expect(DisplayText.truncated("日本語", to: 4) == "日…")
  #expect(DisplayText.truncated("abcd", to: 4) == "abcd")
}

@Test func `json is the result in one line, as it came`() throws {
  let result = try JSONParser.parse(#"{"payload":{"a":1.0,"b":[null,"é"]}}"#)
  let run = Run(["server", "ping", "--json"], answer: .success(result))
  #expect(run.output == #"{"payload":{"a":1.0,"b":[null,"é"]}}"# + "\n")
}

@Test func `notifications follow a subscription, one line each`() {
  let event = SchemaFolder.example("events.list_all")?["result"]?["events"]?.array?.first?.object ?? [:]
  let run = Run("events", "subscribe", answer: .success(["last_seq": 22]), notifications: [event, event])
  let lines = run.output.split(separator: "\n")
  #expect(lines.count == 3)
  #expect(lines[1].hasPrefix("16  2026-03-02 09:11:00Z  deployment.started  deployment_id=1 "))
  let json = Run(
    "events", "subscribe", "--json", answer: .success(["last_seq": 22]), notifications: [event])
  #expect(json.output == "{\"last_seq\":22}\n" + JSONValue.object(event).text + "\n")
}

@Test func `output is written as it is, what is to be said beside it apart`() {
  let run = Run("deployments", "logs", "5", answer: answer("deployments.logs"))
  #expect(run.output == "epoch 1 of 3\n" && run.errors.isEmpty)
  let none: JSONValue = [
    "attempt": .null, "text": "", "offset": 0, "end": 0, "size": 0, "ended": false, "note": "Not yet.",
  ]
  let empty = Run("deployments", "logs", "5", answer: .success(none))
  #expect(empty.output.isEmpty && empty.errors == "berth: Not yet.\n")
}

@Test func `notifications that precede a result are written before it, and it ends the command`() {
  let piece: JSONObject = ["deployment_id": 5, "attempt": 1, "offset": 0, "text": "\u{1B}[1mraw\n"]
  let end: JSONValue = [
    "attempt": 1, "text": "", "offset": 8, "end": 8, "size": 8, "ended": true, "note": .null,
  ]
  let run = Run("deployments", "logs", "5", "--follow", answer: .success(end), notifications: [piece, piece])
  #expect(run.output == "\u{1B}[1mraw\n\u{1B}[1mraw\n" && run.exitCode == .ok)
}
