import JSON
import Model
import POSIX
import TestSupport
import Testing

/// `berth simulate --journal`: what a server really did, run again.
struct JournalReplayTests {
  /// Three deployments of the whole cluster that ran one after the other, the last one late; one that was cancelled
  /// waiting, one that still runs and one that still waits. Answers those three, as they ran.
  private func fill(_ recorded: RecordedServer) throws -> [Int] {
    try recorded.alice.createCluster(ram: 64)
    let first = try recorded.deploy(cpu: 8)
    try recorded.passTime()
    let low = try recorded.deploy(cpu: 8, priority: 10)
    try recorded.passTime()
    let high = try recorded.deploy(cpu: 8, priority: 80)
    try recorded.call("cancel", try recorded.deploy(cpu: 8))
    for id in [first, high, low] {
      try recorded.passTime()
      try recorded.call("complete", id)
    }
    try recorded.passTime()
    _ = try recorded.deploy(cpu: 1)
    _ = try recorded.deploy(cpu: 8)
    return [first, high, low]
  }

  /// With a journal alone, and with most of it moved to tables and history meanwhile.
  @Test(arguments: [nil, 2000])
  func `under its own strategy everything happens as it did, and under another it does not`(
    snapshotAfter: Int?
  ) throws {
    try withSandbox { sandbox in
      let recorded = try RecordedServer(sandbox, snapshotAfter: snapshotAfter)
      let ran = try fill(recorded)
      let waits = try ran.map { try recorded.milliseconds(of: $0, "created_at", "started_at") }
      let flows = try ran.map { try recorded.milliseconds(of: $0, "created_at", "finished_at") }

      let (same, note) = try recorded.figures()
      #expect(same.at("jobs") == 5 && same.at("started") == 4 && same.at("dropped") == 0)
      #expect(same.at("flow", "max").thousandths == flows.max())
      #expect(same.at("by_priority", "80", "wait", "mean").thousandths == waits[1])
      #expect(same.at("by_priority", "10", "wait", "mean").thousandths == waits[2])
      #expect(same.at("by_priority", "10", "flow", "mean").thousandths == flows[2])
      #expect(
        note.contains("replays 5 deployments of cluster lab of \(sandbox.data), created from 20"), "\(note)")
      #expect(note.contains("; not ended yet, and never here: 2; ended waiting, and left out: 1\n"))
      #expect(note.split(separator: "\n").count == 1)

      let fifo = try recorded.figures("--strategy", "fifo").json
      #expect(fifo.at("by_priority", "80", "wait", "mean").thousandths > waits[1])
      #expect(fifo.at("by_priority", "10", "wait", "mean").thousandths < waits[2])
      let wide = try recorded.figures("--nodes", "-", input: RecordedServer.nodes(5)).json
      #expect(wide.at("started") == 5 && wide.at("wait", "max") == 0)
    }
  }

  @Test func `work that was lost counts once, and work that a checkpoint kept counts too`() throws {
    try withSandbox { sandbox in
      let recorded = try RecordedServer(sandbox)
      try recorded.alice.createCluster(ram: 64)
      let low = try recorded.deploy(cpu: 8, priority: 10)
      for reference in ["a", nil] {
        try recorded.passTime()
        if let reference { try recorded.call("checkpoint", low, ["reference": .string(reference)]) }
        try recorded.passTime()
        let urgent = try recorded.deploy(cpu: 8, priority: 95)
        try recorded.passTime()
        try recorded.call("complete", urgent)
      }
      try recorded.passTime()
      try recorded.call("complete", low)
      #expect(try recorded.alice.deployment(low).at("preemptions") == 2)
      let events = try recorded.alice.call("events.list_all", ["deployment_id": .int(low)]).at("events").array
      func times(_ type: String) -> [Int] {
        (events ?? []).filter { $0.at("type") == .string(type) }
          .compactMap { $0.at("time").string.flatMap { Timestamp($0)?.milliseconds } }
      }
      let starts = times("deployment.started")
      try #require(starts.count == 3)
      let kept = try #require(times("deployment.checkpointed").first) - starts[0]
      let last = try #require(times("deployment.finished").first) - starts[2]

      let alone = try recorded.figures("--nodes", "-", input: RecordedServer.nodes(3)).json
      #expect(alone.at("by_priority", "10", "flow", "mean").thousandths == kept + last)
    }
  }

  @Test func `what holds in the service and not in the simulation is said`() throws {
    try withSandbox { sandbox in
      let recorded = try RecordedServer(sandbox)
      try recorded.alice.createCluster(ram: 64)
      let first = try recorded.deploy(cpu: 8)
      _ = try recorded.deploy(cpu: 8, ["depends_on": [.int(first)]])
      #expect(try recorded.figures().note.hasSuffix("; waited for others to complete, and do not here: 1\n"))
      try recorded.alice.call("nodes.update", ["node_id": 1, "drain": true])
      try recorded.alice.call("organizations.update", ["limits": ["user_cpu": 8]])
      #expect(
        try recorded.figures().note.hasSuffix(
          "; draining nodes, open here: 1; users' limits do not hold here\n"))
      let others = try recorded.figures("--nodes", "-", input: RecordedServer.nodes(1)).note
      #expect(!others.contains("draining"))
    }
  }

  @Test func `where, labels and users are the directory's`() throws {
    try withSandbox { sandbox in
      let recorded = try RecordedServer(sandbox)
      try recorded.alice.createCluster(ram: 64)
      try recorded.alice.call(
        "nodes.add",
        [
          "cluster_id": 1, "name": "new", "cpu": 8, "ram": 64, "gpu": 0, "labels": ["kind": "new"],
        ])
      let bob = try recorded.server.connect()
      try bob.signUp("bob")
      try bob.call("auth.join_organization", ["code": .string(recorded.code)])
      let new: JSONObject = ["where": ["kind": ["new"]]]
      let jobs = [try recorded.deploy(cpu: 8, new), try bob.deploy("job", new).at("id").int ?? 0]
      for id in jobs {
        try recorded.passTime()
        try recorded.call("complete", id)
      }
      let result = try recorded.figures().json
      #expect(result.at("started") == 2 && result.at("wait", "max").thousandths > 0)
      // One of two users had more than the other.
      #expect(result.at("fairness").thousandths < 1000)
      // No node of the file has the label.
      #expect(try recorded.figures("--nodes", "-", input: RecordedServer.nodes(2)).json.at("dropped") == 2)
    }
  }

  @Test func `of what was pruned it is said how much is not known`() throws {
    try withSandbox { sandbox in
      let recorded = try RecordedServer(sandbox)
      _ = try fill(recorded)
      try eventually("a snapshot by hand") {
        try CommandRun(["prune", "--older-than", "0", "--data", sandbox.data], in: sandbox).code == 0
      }
      let (json, note) = try recorded.figures()
      #expect(json.at("jobs") == 2)
      #expect(
        note.contains("; pruned from this directory, of whichever cluster, and not known any more: 4\n"),
        "\(note)")
    }
  }

  @Test func `the right cluster is taken, and a person is told which there are`() throws {
    try withSandbox { sandbox in
      let recorded = try RecordedServer(sandbox)
      func refusal(_ words: String...) throws -> String {
        let run = try CommandRun(["simulate", "--journal", sandbox.data] + words, in: sandbox)
        #expect(run.code == 1 && run.output == "")
        return run.errors
      }
      let start = "berth: \(sandbox.data): "
      #expect(try refusal() == start + "there is no cluster in it\n")
      try recorded.alice.createCluster(ram: 64)
      #expect(
        try refusal() == start + "there is nothing to replay of cluster lab: it has no deployments\n")
      let second = try recorded.alice.createCluster("mill", ram: 64)
      _ = try recorded.alice.deploy("job", cluster: second)
      #expect(
        try refusal() == start
          + "there are 2 clusters in it; choose one by --cluster NAME: acme/lab, acme/mill\n")
      #expect(
        try refusal("--cluster", "sea") == start
          + "there is no cluster sea in it; there is acme/lab, acme/mill\n"
      )
      for name in ["mill", "acme/mill"] {
        #expect(try recorded.figures("--cluster", name).json.at("jobs") == 1)
      }
    }
  }

  @Test func `a directory that is none is left as it is`() throws {
    try withSandbox { sandbox in
      let journal = ["simulate", "--journal"]
      let nowhere = try CommandRun(journal + [sandbox.path + "/no"], in: sandbox)
      #expect(nowhere.code == 1 && nowhere.errors.contains("/no: the data directory cannot be opened: "))
      let other = try CommandRun(journal + [sandbox.home], in: sandbox)
      #expect(
        other.code == 1 && other.errors.contains("this is no data directory: there is no journal.jsonl"))
      #expect(try Directory(sandbox.home).names() == [])
      for words in [["--jobs", "j.csv"], ["--swf", "a.swf"], ["--processors", "3"]] {
        let mixed = try CommandRun(journal + [sandbox.data] + words, in: sandbox)
        #expect(
          mixed.code == 3 && mixed.errors.hasPrefix("berth: simulate takes --nodes FILE --jobs FILE, or"))
      }
    }
  }
}
