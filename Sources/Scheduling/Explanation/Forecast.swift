import Model

/// A forecast of when a waiting deployment would start if all went as far as is known: a dry run taken ahead.
///
/// Running attempts end at their max_duration, nobody else arrives, and the strategy plans as it would. Ends after
/// `eventLimit` events, so that its cost is bounded however many wait.
package struct Forecast {
  package struct Estimate: Sendable, Equatable {
    /// Nil when it cannot be said; then the last of `assumes` is what it hangs on.
    package let startsAt: Timestamp?
    /// Phrases, each of something that would have to be so.
    package let assumes: [String]

    package init(startsAt: Timestamp?, assumes: [String]) {
      self.startsAt = startsAt
      self.assumes = assumes
    }
  }

  /// Starts, ends and wake-ups looked at.
  package static let eventLimit = 500
  /// A year.
  private static let horizonSeconds = 365.0 * 86_400
  private static let usual = [
    "running deployments end at their max_duration", "nothing else arrives or changes",
  ]

  private var dryRun: DryRun
  private let id: DeploymentID
  private let horizon: Timestamp
  private var ends: ForecastEnds
  private var events = 0

  /// The dry run has settled: nobody in it can start now.
  package init(of id: DeploymentID, in dryRun: DryRun) {
    self.id = id
    self.dryRun = dryRun
    horizon = dryRun.now + Self.horizonSeconds
    ends = ForecastEnds(of: dryRun.snapshot, now: dryRun.now)
  }

  /// `isInTime`: asked before each look ahead; once it says no, the estimate says that it went no further.
  package mutating func estimate(isInTime: () -> Bool = { true }) -> Estimate {
    if dryRun.snapshot.paused { return Estimate(startsAt: nil, assumes: ["the cluster is resumed"]) }
    var wake: Timestamp?
    while true {
      guard isInTime() else {
        return Estimate(startsAt: nil, assumes: Self.usual + ["what comes later was not looked at further"])
      }
      if isStarted(&wake, isInTime) { return Estimate(startsAt: dryRun.now, assumes: Self.usual) }
      guard events < Self.eventLimit else {
        let limit = "fewer than \(Self.eventLimit) starts and ends come first"
        return Estimate(startsAt: nil, assumes: Self.usual + [limit])
      }
      // Once nothing more is known to end, time alone may still bring a preemption, but not for ever.
      guard let next = [ends.first, wake].compactMap({ $0 }).min(), ends.first != nil || next <= horizon
      else {
        return Estimate(startsAt: nil, assumes: Self.usual + [unknown])
      }
      dryRun.advance(to: next)
      while let end = ends.popFirst(through: next) {
        dryRun.end(end.id, attempt: end.attempt)
        events += 1
      }
    }
  }

  /// Lets everybody start who can; true when it did. `wake`: when time alone could change something.
  private mutating func isStarted(_ wake: inout Timestamp?, _ isInTime: () -> Bool) -> Bool {
    while events < Self.eventLimit, isInTime() {
      let plan = dryRun.step()
      events += 1
      wake = plan.wakeAt.flatMap { $0 > dryRun.now ? $0 : nil }
      guard !plan.isEmpty else { return false }
      for preemption in plan.preemptions {
        if let row = dryRun.row(preemption.victim) { ends.insert(row) }
      }
      for start in plan.starts {
        if start.deploymentID == id { return true }
        if let row = dryRun.row(start.deploymentID) { ends.insert(row) }
      }
    }
    return false
  }

  private var isWithinAllowance: Bool {
    guard let row = dryRun.row(id), let left = dryRun.allowance(of: row.userID) else { return true }
    return row.spec.required.fits(in: left)
  }

  /// What would have to end, and nobody knows when.
  private var unknown: String {
    guard isWithinAllowance, let row = dryRun.row(id),
      let shortage = Shortage.least(for: row.spec, in: dryRun.snapshot)
    else {
      return isWithinAllowance ? "those before it in the queue start" : "its user has less running"
    }
    let endless = shortage.holders.filter { dryRun.row($0)?.spec.maxDuration == nil }
    guard !endless.isEmpty else { return "a node that can hold it takes deployments" }
    let shown = endless.prefix(5).map(\.description)
    let rest = endless.count - shown.count
    let list = enumeration(rest > 0 ? shown + ["\(rest) more"] : shown)
    return endless.count == 1
      ? "deployment \(list) ends, which has no max_duration"
      : "one of deployments \(list) ends, which have no max_duration"
  }
}

/// The ends of running attempts, as far as they are known.
private struct ForecastEnds {
  struct End {
    let at: Timestamp
    let id: DeploymentID
    let attempt: Int
  }

  /// Falling, so that the next is the last.
  private var ends: [End]

  init(of snapshot: ClusterSnapshot, now: Timestamp) {
    ends = snapshot.nodes.flatMap { node in
      node.allocations.values.compactMap { allocation in
        guard let end = allocation.knownEnd else { return nil }
        return end > now ? End(at: end, id: allocation.id, attempt: allocation.attempt.number) : nil
      }
    }
    ends.sort { ($1.at, $1.id) < ($0.at, $0.id) }
  }

  var first: Timestamp? { ends.last?.at }

  mutating func popFirst(through time: Timestamp) -> End? {
    guard let last = ends.last, last.at <= time else { return nil }
    return ends.removeLast()
  }

  mutating func insert(_ row: Deployment) {
    guard let at = row.knownEnd, let attempt = row.phase.liveAttempt else { return }
    let end = End(at: at, id: row.id, attempt: attempt.number)
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if (end.at, end.id) < (ends[middle].at, ends[middle].id) { low = middle + 1 } else { high = middle }
    }
    ends.insert(end, at: low)
  }
}
