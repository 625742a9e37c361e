import JSON
import POSIX
import TestSupport
import Testing

/// Many processes on one data directory, killed at random, with snapshots all the time: nothing that was
/// acknowledged is lost, and nothing is given out twice.
struct TortureTests {
  /// `BERTH_TORTURE_SECONDS`, `BERTH_TORTURE_SEED`: longer, and the same again.
  private static let seconds = ThisProcess.environment("BERTH_TORTURE_SECONDS").flatMap { Double($0) } ?? 4
  private static let seed =
    ThisProcess.environment("BERTH_TORTURE_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1_000_000)

  private static let stdioProcesses = 8
  private static let connections = 16

  @Test func `nothing acknowledged is lost and nothing given out twice, whoever is killed`() throws {
    try withSandbox { sandbox in
      let settings = ServerProcess.Settings(.socket, snapshotAfter: 50_000)
      let daemon = try sandbox.serve(settings)
      let owner = try daemon.connect()
      let (tokens, nodes) = try Self.prepare(owner)
      let watcher = try Watcher(in: sandbox)
      let until = SystemClock.monotonicNanoseconds() + Int(Self.seconds * 1e9)
      let board = NoticeBoard()
      let tasks = try tokens.enumerated().map { number, token in
        let worker = TortureWorker(
          number: number, place: Self.place(of: number, daemon, sandbox), token: token,
          seed: Self.seed &+ UInt64(number), until: until, board: board, nodes: nodes)
        return try BackgroundTask { worker.run() }
      }
      let kills = try Self.killNowAndThen(daemon, until: until)
      var ledger = TortureLedger()
      for task in tasks { ledger = try ledger + task.wait().get() }
      ledger.kills += kills
      try Self.judge(ledger, daemon, sandbox, watcher)
    }
  }

  /// An organization, a cluster of two nodes, and a token for each worker.
  private static func prepare(_ owner: CheckedClient) throws -> (tokens: [String], nodes: [JSONValue]) {
    try owner.signUp("owner")
    let code = try owner.createOrganization("torture")
    let made = try owner.call(
      "clusters.create",
      [
        "name": "rack",
        "nodes": [
          ["name": "a", "cpu": 8, "ram": 32, "gpu": 2], ["name": "b", "cpu": 4, "ram": 16, "gpu": 1.5],
        ],
      ])
    let tokens = try (0..<stdioProcesses + connections).map { number in
      try owner.signUp("w\(number)")
      try owner.call("auth.join_organization", ["code": .string(code)])
      let token = try owner.call("tokens.create", ["name": "torture", "scope": "full"])
      return token.at("token", "text").string ?? ""
    }
    try owner.logIn("owner")
    return (tokens, made.at("cluster", "nodes").array ?? [])
  }

  private static func place(of number: Int, _ daemon: ServerProcess, _ sandbox: Sandbox)
    -> TortureClient.Place
  {
    guard number < stdioProcesses else { return .daemon(socket: daemon.socket) }
    return .own(
      .init(.stdio, snapshotAfter: 50_000), data: sandbox.data, environment: sandbox.environment,
      log: sandbox.path + "/stdio-\(number).log")
  }

  /// Kills the daemon and starts it anew until the time is over; answers how often.
  private static func killNowAndThen(_ daemon: ServerProcess, until: Int) throws -> Int {
    var random = SeededRandom(seed: seed ^ 0xDAE)
    var kills = 0
    while true {
      let pause = Int.random(in: 300_000_000..<1_500_000_000, using: &random)
      guard SystemClock.monotonicNanoseconds() + pause < until else { return kills }
      SystemClock.sleep(nanoseconds: pause)
      if let end = try daemon.process.poll() {
        throw ContractBreach("the daemon ended: \(end), \(daemon.log)")
      }
      try daemon.kill()
      try daemon.restart()
      kills += 1
    }
  }

  private static func judge(
    _ ledger: TortureLedger, _ daemon: ServerProcess, _ sandbox: Sandbox, _ watcher: Watcher
  ) throws {
    let client = try daemon.connect()
    try client.logIn("owner")
    let rows = try client.allDeployments(["limit": 10000])
    let byName = Dictionary(grouping: rows) { $0.at("name").string ?? "" }
    #expect(rows.map { $0.at("id").int } == Array(1...max(1, rows.count)))
    #expect(rows.count == ledger.entries.count)
    for entry in ledger.entries {
      guard let found = byName[entry.name], found.count == 1 else {
        throw ContractBreach("\(entry.name) is there \(byName[entry.name]?.count ?? 0) times")
      }
      if let difference = entry.difference(from: found[0]) { throw ContractBreach(difference) }
    }
    try client.requireHonestUsage()
    for way in [ServerProcess.Way.stdio, .stdio] {
      let other = try sandbox.serve(way).connect()
      try other.logIn("owner")
      #expect(try other.allDeployments(["limit": 777]) == rows)
      #expect(try other.cluster() == client.cluster())
    }
    let journal = try JournalRecords(of: sandbox.data)
    try journal.requireUniqueIDs()
    try watcher.requireAll(of: journal.records)
    let rate = Int(Double(ledger.writes) / seconds)
    print(
      """
      torture: seed \(seed), \(seconds) s: \(ledger.writes) writes (\(rate)/s), \(ledger.reads) reads, \
      \(ledger.kills) kills, \(ledger.lostReplies) replies lost, \(ledger.unavailable) unavailable, \
      \(journal.files - 1) snapshots kept, \(journal.records.count) records
      """)
    #expect(ledger.writes > 0 && ledger.kills > 0 && journal.files > 1)
  }
}
