import JSON
import POSIX
import Runners

/// The servant of one node: it says what runs there, and makes it what the server wants.
///
/// One thread, which waits for the server, the supervisors and signals at once. What it starts outlives it, until the lease
/// that it had last has passed.
package final class Agent {
  /// Ends with standard input: whoever started it is gone then.
  package var endsWithInput = false
  private let settings: AgentSettings
  private let route: Route
  private let note: (String) -> Void
  private let signals: Signals
  private let arrivals: FileWatch
  private var site: Site?
  private var link: ServerLink?
  private var shipment = LogShipment()
  /// Requests that have no answer yet.
  private var asked: [Int: Asked] = [:]
  /// Names what the server wanted last.
  private var seen: String?
  private var leaseSeconds = 30.0
  private var writtenDeadline = 0.0
  /// Monotonic nanoseconds.
  private var connectAt = 0
  private var lookAt = 0
  private var shipAt = 0
  private var syncAt = 0
  private var failures = 0
  private var mustEnd = false
  private var lastNote = ""

  /// The agent's place, once the node is known.
  private struct Site {
    let node: ServedNode
    let state: AgentState
    let attempts: HeldAttempts
  }

  private enum Asked {
    /// `leaseFrom`: seconds of the boot-time clock. `overdue`: monotonic nanoseconds.
    case sync(HeldAttempts.Statement, leaseFrom: Double, overdue: Int)
    case output(AttemptName, offset: Int, count: Int)

    var overdue: Int? {
      guard case .sync(_, _, let overdue) = self else { return nil }
      return overdue
    }
  }

  private struct NoAnswer: Error, CustomStringConvertible {
    var description: String { "it did not answer in time." }
  }

  /// `note` is told, in sentences, what a person should know. To be made before any other thread is.
  package init(_ settings: AgentSettings, _ route: Route, note: @escaping (String) -> Void) throws {
    self.settings = settings
    self.route = route
    self.note = note
    signals = try Signals(Signals.ending + [Signals.childEnded])
    arrivals = try FileWatch()
  }

  /// Serves until it is told to end (SIGTERM).
  package func run() throws {
    while true {
      if link == nil, Self.now >= connectAt { try connect() }
      if mustEnd { return }
      do {
        try exchange()
      } catch let failure as AgentFailure {
        throw failure
      } catch {
        disconnect("The server is gone: \(link?.explained(error) ?? error)")
      }
      if try waitForSomething() { return }
    }
  }

  private static var now: Int { SystemClock.monotonicNanoseconds() }
  private static let second = 1_000_000_000

  // MARK: - Connecting

  private func connect() throws {
    do {
      let interruption = ServerLink.Interruption(descriptor: signals.descriptor) { [unowned self] in
        mustEnd = try takeSignals() || mustEnd
        return mustEnd
      }
      let link = try ServerLink(route, interruption)
      do {
        try settle(on: try NodeFinder(settings: settings, route: route).find(over: link))
      } catch { throw link.explained(error) }
      self.link = link
      failures = 0
      seen = nil
      site?.attempts.hasChanges = true
      say("Serving node \(settings.node).")
    } catch let failure as AgentFailure {
      throw failure
    } catch let refusal as Refusal where refusal.isUnauthenticated {
      throw AgentFailure.unauthenticated(refusal.message)
    } catch let refusal as Refusal where refusal.isFinal {
      throw AgentFailure.refused(refusal.message)
    } catch is ServerLink.Interrupted {
      return
    } catch {
      disconnect("The server cannot be reached: \(error)\(advice)")
    }
  }

  private var advice: String {
    switch route {
    case .socket: " Start one with `berth serve`, or say with --data where it is."
    case .command: ""
    }
  }

  private func settle(on node: ServedNode) throws {
    if let site {
      guard site.node == node else {
        throw AgentFailure.refused("Node \(settings.node) is another one now: start the agent anew.")
      }
      return
    }
    let mark = String(CRC32C.checksum(Array(node.identity.utf8)), radix: 16)
    let state = try AgentState("\(settings.stateDirectory)/\(settings.node)-\(mark)")
    _ = try arrivals.watch(arrivalsIn: state.reports)
    site = Site(
      node: node, state: state, attempts: try HeldAttempts(state, settings, logs: node.logs))
  }

  private func disconnect(_ sentence: String) {
    link = nil
    asked = [:]
    shipment.disconnected()
    failures += 1
    // Who has to log in somewhere first is not asked to each second.
    let longest = route.isRemote ? 5 * Self.second : Self.second
    connectAt = Self.now + min(longest, 10_000_000 << min(failures, 10))
    say(sentence)
  }

  /// Once each, however often it is so. `matter`: what it is about, where the sentence counts seconds.
  private func say(_ sentence: String, of matter: String? = nil) {
    guard matter ?? sentence != lastNote else { return }
    lastNote = matter ?? sentence
    note(sentence)
  }

  // MARK: - The exchange

  private func exchange() throws {
    guard let site, let link else { return }
    while let answer = try link.next() { try take(answer, site) }
    if let stuck = asked.values.compactMap(\.overdue).min(), stuck < Self.now {
      throw NoAnswer()
    }
    if site.node.logs == nil { try ship(site, link) }
    try sync(site, link)
  }

  /// Says what is new at once; with nothing new one request waits at the server for something to do.
  private func sync(_ site: Site, _ link: ServerLink) throws {
    guard Self.now >= syncAt else { return }
    let isWaiting = asked.values.contains { if case .sync = $0 { true } else { false } }
    guard site.attempts.hasChanges || !isWaiting else { return }
    let statement = site.attempts.statement()
    var params: JSONObject = [
      "node_id": .int(site.node.id), "agent_id": .string(site.state.agentID),
      "observed": .array(statement.observed),
    ]
    var wait = 0.0
    if !statement.saysEnds, !statement.isCut, !isWaiting, let seen {
      // Durations have three decimals.
      wait = (leaseSeconds / 3 * 1000).rounded(.down) / 1000
      params.append("seen", .string(seen))
      params.append("wait_seconds", .seconds(wait))
    }
    let leaseFrom = BootClock.seconds()
    let id = try link.send("nodes.sync", params)
    let overdue = SystemClock.monotonicNanoseconds(after: wait + max(5, leaseSeconds / 3))
    asked[id] = .sync(statement, leaseFrom: leaseFrom, overdue: overdue)
    site.attempts.hasChanges = false
  }

  private func take(_ answer: ServerLink.Answer, _ site: Site) throws {
    guard let asked = asked.removeValue(forKey: answer.id) else { return }
    switch (asked, answer.outcome) {
    case (.sync(let statement, let leaseFrom, _), .success(let result)):
      leaseSeconds = result["lease_expires_in"]?.number?.double ?? leaseSeconds
      site.attempts.leaseSeconds = leaseSeconds
      renewLease(until: leaseFrom + leaseSeconds, site)
      seen = result["version"]?.string
      site.attempts.told(statement)
      site.attempts.follow(result["desired"]?.array ?? [])
      site.attempts.prepare()
    case (.sync, .failure(let refusal)): try refused(refusal, site)
    case (.output(let name, let offset, let count), .success(let result)):
      shipment.took(name, result, from: offset, count: count)
      shipAt = 0
    case (.output(let name, _, _), .failure(let refusal)):
      shipment.failed(name, at: refusal.data?["end"]?.int)
    }
  }

  private func refused(_ refusal: Refusal, _ site: Site) throws {
    if refusal.isUnauthenticated { throw AgentFailure.unauthenticated(refusal.message) }
    if refusal.isFinal { throw AgentFailure.refused(refusal.message) }
    // Its storage is full, or another agent's lease has to pass: what was to be said is said again.
    site.attempts.hasChanges = true
    syncAt = Self.now + Self.second / 2
    say(refusal.message, of: "refusal \(refusal.code)")
  }

  private func renewLease(until deadline: Double, _ site: Site) {
    guard deadline - writtenDeadline > leaseSeconds / 20 else { return }
    do {
      try site.state.writeLease(deadline: deadline)
      writtenDeadline = deadline
    } catch {
      say("The lease cannot be written, so programs will be ended when it passes: \(error); make room.")
    }
  }

  private func ship(_ site: Site, _ link: ServerLink) throws {
    guard Self.now >= shipAt else { return }
    shipAt = SystemClock.monotonicNanoseconds(after: LogShipment.pauseSeconds)
    shipment.keepOnly(Set(site.attempts.held.keys))
    for (name, attempt) in site.attempts.held where !attempt.isOutputThere {
      let log = site.attempts.log(of: name)
      if let piece = shipment.next(of: name, log: log) {
        let params: JSONObject = [
          "node_id": .int(site.node.id), "agent_id": .string(site.state.agentID),
          "deployment_id": .int(name.deployment.rawValue), "attempt": .int(name.number),
          "offset": .int(piece.offset), "base64": .string(Base64.text(of: piece.bytes)),
          "gap": .bool(piece.isAfterGap),
        ]
        let id = try link.send("nodes.append_log", params)
        asked[id] = .output(name, offset: piece.offset, count: piece.bytes.count)
      } else if attempt.isOver, shipment.isComplete(name, log: log) {
        site.attempts.outputIsThere(name)
      }
    }
  }

  // MARK: - Waiting

  /// True when it is to end.
  private func waitForSomething() throws -> Bool {
    var watched = [signals.descriptor] + arrivals.descriptors
    if let link { watched.append(link.descriptor) }
    if endsWithInput { watched.append(0) }
    let ready = try ThisProcess.readable(of: watched, milliseconds: patience)
    if endsWithInput, ready.contains(0), StandardStreams.inputHasEnded() { return true }
    if ready.contains(signals.descriptor), try takeSignals() { return true }
    if arrivals.descriptors.contains(where: ready.contains) {
      let changes = try arrivals.drain()
      site?.attempts.takeReports(changes)
    }
    if Self.now >= lookAt, let site {
      lookAt = SystemClock.monotonicNanoseconds(after: leaseSeconds / 6)
      try site.attempts.lookForLostSupervisors()
      site.attempts.takeCheckpoints()
    }
    return false
  }

  /// Milliseconds until something is due though nothing happens.
  private var patience: Int {
    var due = lookAt
    if link == nil { due = min(due, connectAt) }
    if syncAt > Self.now { due = min(due, syncAt) }
    if let site, site.node.logs == nil, site.attempts.held.values.contains(where: { !$0.isOutputThere }) {
      due = min(due, shipAt)
    }
    if let overdue = asked.values.compactMap(\.overdue).min() { due = min(due, overdue) }
    return max(0, min(due - Self.now + 999_999, 60 * Self.second)) / 1_000_000
  }

  private func takeSignals() throws -> Bool {
    var mustEnd = false
    while let signal = signals.next() { if Signals.ending.contains(signal) { mustEnd = true } }
    try site?.attempts.lookAfterSupervisors()
    site?.attempts.prepare()
    return mustEnd
  }
}
