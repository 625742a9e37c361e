import Glibc
import JSON
import Model
import Scheduling
import TestSupport
import Testing

/// The least and the most that requests may say, and rows from before there were bounds, under any strategy: nothing
/// that follows from them is more than can be counted, and what is placed fits.
@Suite struct ExtremeValueTests {
  /// More in the environment for a longer run: BERTH_CASES=20000.
  private static let caseCount = getenv("BERTH_CASES").flatMap { Int(String(cString: $0)) } ?? 60

  @Test(arguments: 0..<4) func `no amount, duration or time is too large to plan with`(part: Int) throws {
    for seed in stride(from: part, to: Self.caseCount, by: 4) {
      var extreme = try ExtremeCase(seed: seed)
      for _ in 0..<24 { extreme.change() }
      #expect(extreme.problems == [], "seed \(seed): \(extreme.strategy.options.map(\.value.json))")
    }
  }

  @Test func `a share of a cluster as large as can be is counted exactly`() {
    let most = Thousandths(2_000_000_000_000_000)
    var snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: QueueRules(order: FairOrder()))
    let node = Rows.node(1, Resources(cpu: most, ram: most, gpu: .zero))
    snapshot.put(node)
    let half = Resources(cpu: Thousandths(most.value / 2), ram: .one, gpu: .zero)
    snapshot.change(from: nil, to: Rows.deployment(1, half).started(on: node, [], at: Rows.epoch))
    #expect(snapshot.dominantShare(of: UserID(1)) == 500_000_000)
  }
}

/// A random cluster of extreme values, and what happens to it.
private struct ExtremeCase {
  private static let cores = [0, 1, 1000, 1_000_000_000, 1_000_000_000_000]
  private static let devices = [0, 1, 500, 1000, 1001, 1_024_000]
  private static let seconds = [0.001, 1, 600, 1_000_000_000]

  let strategy: any Strategy
  private var random: SeededRandom
  private var dryRun: DryRun
  private var last = 0
  private(set) var problems: [String] = []

  init(seed: Int) throws {
    var random = SeededRandom(seed: seed)
    strategy = try Self.strategy(&random)
    var snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules)
    for id in 1...random.pick([1, 2, 4]) {
      // As many devices as a row of before the bounds had are many to look through.
      let gpu = random.chance(3) ? 1_000_000_000_000 : random.pick(Self.devices)
      var node = Rows.node(
        id, Resources(random.pick(Self.cores), random.pick(Self.cores), gpu), managed: random.chance(30))
      node.contact = .heard
      snapshot.put(node)
    }
    let years = random.pick([0, 30, 100, 8000])
    let allowance = random.chance(30) ? Self.demand(&random) : nil
    dryRun = DryRun(
      snapshot, by: strategy, now: Timestamp(milliseconds: years * 31_536_000_000), recorded: { _ in nil },
      allowance: { _ in allowance })
    self.random = random
  }

  private static func strategy(_ random: inout SeededRandom) throws -> any Strategy {
    var values = JSONObject()
    for option in StrategyCatalog.options where random.chance(50) {
      switch option.value {
      case .choice(_, let choices): values.append(option.name, .string(random.pick(choices.map(\.name))))
      case .wholeNumber(let usual, let range):
        values.append(
          option.name,
          .int(random.pick([range.lowerBound, usual, usual + 1, range.upperBound].filter(range.contains))))
      }
    }
    return try StrategyCatalog.make(.object(values))
  }

  private static func demand(_ random: inout SeededRandom) -> Resources {
    Resources(random.pick(cores), random.pick(cores), random.pick(devices))
  }

  mutating func change() {
    switch random.next() % 4 {
    case 0: dryRun.advance(to: dryRun.now + random.pick(Self.seconds))
    case 1:
      if let row = dryRun.row(DeploymentID(Int.random(in: 0...last, using: &random))),
        let attempt = row.phase.liveAttempt
      {
        dryRun.end(row.id, attempt: attempt.number)
      }
    default: arrive()
    }
    for _ in 0..<200 { if dryRun.step().isEmpty { break } }
    look()
  }

  private mutating func arrive() {
    last += 1
    let spec = DeploymentSpec(
      name: "d", imagePath: "/i", required: Self.demand(&random),
      maxDuration: random.chance(30) ? nil : random.pick(Self.seconds),
      graceSeconds: random.pick(Self.seconds), minRuntime: random.pick(Self.seconds + [0, 1e300]))
    // The clock may have been set back, or forward, since.
    let createdAt = dryRun.now + random.pick([0, 0, -1_000_000_000, 1_000_000_000])
    dryRun.add(
      Deployment(
        id: DeploymentID(last), clusterID: Rows.clusterID, organizationID: Rows.organizationID,
        userID: UserID(random.pick([1, 2, 3])), spec: spec, priority: random.pick([0, 50, 100]),
        createdAt: createdAt))
  }

  private mutating func look() {
    let snapshot = dryRun.snapshot
    for node in snapshot.nodes where !node.used.fits(in: node.node.capacity) {
      problems.append("node \(node.node.id) has less than is used of it")
    }
    for user in 1...3 where snapshot.dominantShare(of: UserID(user)) < 0 {
      problems.append("user \(user) has less than nothing")
    }
    guard last > 0, let row = dryRun.row(DeploymentID(Int.random(in: 1...last, using: &random))),
      row.phase == .pending
    else { return }
    let explanation = Explanation(for: row, in: snapshot, by: strategy, now: dryRun.now)
    if explanation.reason.message.isEmpty { problems.append("deployment \(row.id) waits for no reason") }
    guard random.chance(25) else { return }
    var forecast = Forecast(of: row.id, in: dryRun)
    if let time = forecast.estimate().startsAt, Timestamp(time.text) == nil {
      problems.append("deployment \(row.id) would start at \(time.text)")
    }
  }
}
