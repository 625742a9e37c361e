import JSON
import Model
import POSIX
import Runners

/// The attempts that the agent has, made equal to what the server wants.
final class HeldAttempts {
  private let state: AgentState
  private let settings: AgentSettings
  private let supervisors: SupervisorPool
  /// Directory under which output is kept.
  private let logs: String
  /// Whether the output has to be brought to the server.
  private let ships: Bool
  private(set) var held: [AttemptName: HeldAttempt] = [:]
  /// As the server said last.
  var leaseSeconds = 30.0
  /// There is something that the server has not been told.
  var hasChanges = true

  init(_ state: AgentState, _ settings: AgentSettings, logs: String?) throws {
    self.state = state
    self.settings = settings
    self.logs = logs ?? state.path + "/logs"
    ships = logs == nil
    supervisors = SupervisorPool(program: settings.program)
    for name in try state.attempts() { hold(try adopted(name)) }
  }

  private func hold(_ attempt: HeldAttempt) {
    held[attempt.name] = attempt
    hasChanges = true
  }

  func log(of name: AttemptName) -> String { "\(logs)/\(name.deployment)/\(name.number).log" }

  // MARK: - Saying

  /// The part of one request that is about the attempts.
  struct Statement {
    fileprivate(set) var entries: [(name: AttemptName, entry: JSONObject)] = []
    /// Something had no room, and is to be said by the next request.
    fileprivate(set) var isCut = false
    /// It says an end that the server has not taken.
    fileprivate(set) var saysEnds = false

    var observed: [JSONValue] { entries.map { .object($0.entry) } }
  }

  /// All there is, rising; what is new of it, as far as a message holds it.
  func statement() -> Statement {
    var statement = Statement()
    var room = max(Self.leastRoom, Self.messageBytes - Self.entryBytes * held.count)
    for attempt in held.values.sorted(by: { $0.name < $1.name }) {
      var entry = attempt.observation
      if entry["message"] != nil || entry["checkpoint"] != nil {
        let size = JSONValue.object(entry).bytes.count
        if size > room {
          entry = attempt.bareObservation
          statement.isCut = true
        } else {
          room -= size
        }
      }
      if entry["phase"]?.string == "exited", !attempt.isTold { statement.saysEnds = true }
      statement.entries.append((attempt.name, entry))
    }
    return statement
  }

  /// A server takes a MiB at once, and 10,000 attempts.
  private static let messageBytes = 900 << 10
  private static let leastRoom = 64 << 10
  /// Of one that says nothing new.
  private static let entryBytes = 96

  /// The server has taken it.
  func told(_ statement: Statement) {
    for (name, entry) in statement.entries { held[name]?.isKnown(entry) }
    if statement.isCut { hasChanges = true }
  }

  // MARK: - Hearing

  /// Makes what is here equal to what the server wants.
  func follow(_ desired: [JSONValue]) {
    var wanted: Set<AttemptName> = []
    for case .object(let entry) in desired {
      guard let id = entry["deployment_id"]?.int, let number = entry["attempt"]?.int else { continue }
      let name = AttemptName(deployment: DeploymentID(id), number: number)
      wanted.insert(name)
      if entry["action"]?.string == "run" { run(name, entry) } else { stop(name, entry) }
    }
    for (name, attempt) in held where !wanted.contains(name) {
      if attempt.isOver {
        if attempt.isTold { forget(name) }
      } else {
        stop(
          name, ["reason": ["code": "stale", "message": "It is not current any more."], "grace_seconds": 0])
      }
    }
  }

  private func forget(_ name: AttemptName) {
    held[name] = nil
    state.forget(name)
    // The server has it.
    if ships { try? FileDescriptor.remove(log(of: name)) }
  }

  private func run(_ name: AttemptName, _ entry: JSONObject) {
    if let attempt = held[name] {
      if !attempt.isOver, !attempt.hasSupervisor, attempt.goneAt == nil { startSupervisor(of: name) }
      return
    }
    var attempt = HeldAttempt(name)
    if entry["phase"]?.string == "running" {
      // It did start, and may have done its work: never a second time. A supervisor ends when it sees that its directory
      // is gone, which takes a lease; another agent's have ended before the server heard us.
      let wait = state.isNew ? 0 : leaseSeconds + Self.killingSeconds
      attempt.goneAt = SystemClock.monotonicNanoseconds(after: wait)
      hold(attempt)
      return lookForGone()
    }
    guard let order = Order(entry) else {
      attempt.report = .failed("Its node's agent does not understand the order: bring both to one version.")
      return hold(attempt)
    }
    let assignment = Assignment(
      order: order, runner: settings.runner, options: settings.runnerOptions, log: log(of: name),
      logLimitBytes: settings.logLimitBytes)
    do {
      try state.make(assignment)
      attempt.isOutputThere = !ships
      hold(attempt)
      startSupervisor(of: name)
    } catch {
      state.forget(name)
      attempt.report = .failed(
        "Its node's agent could not prepare it: \(error); make room there, and try again.")
      hold(attempt)
    }
  }

  private static let killingSeconds = 2.0

  private func lookForGone() {
    let now = SystemClock.monotonicNanoseconds()
    for (name, attempt) in held where !attempt.isOver && (attempt.goneAt.map { $0 <= now } ?? false) {
      held[name]?.report = .lost("Its node's agent has no trace of it: the agent's state was removed.")
      hasChanges = true
    }
  }

  /// What the program is told, in its stop file; an order that is known already is not written again.
  private func stop(_ name: AttemptName, _ entry: JSONObject) {
    guard let attempt = held[name] else {
      var attempt = HeldAttempt(name)
      attempt.report = .neverStarted("It was stopped before it started.")
      return hold(attempt)
    }
    guard !attempt.isOver else { return }
    var order: JSONObject = [
      "code": entry["reason"]?["code"] ?? "stopped", "message": entry["reason"]?["message"] ?? .null,
      "by": entry["by"] ?? .null, "grace_seconds": entry["grace_seconds"] ?? 0,
      "ordered_at": entry["ordered_at"] ?? .null,
    ]
    if let grace = entry["grace_seconds"]?.number?.double, let before = attempt.stop {
      // As the program was told when it was asked first.
      order.append("deadline", before["deadline"] ?? .null)
      if before["grace_seconds"]?.number?.double == grace, before["code"] == order["code"] { return }
    } else {
      let grace = entry["grace_seconds"]?.number?.double ?? 0
      let deadline = SystemClock.wallMilliseconds() + SystemClock.nanoseconds(grace) / 1_000_000
      order.append("deadline", .string(Timestamp(milliseconds: deadline).text))
    }
    do {
      try state.order(order, of: name)
      held[name]?.stop = order
    } catch {
      // Tried again with the next answer.
      return
    }
    if !attempt.hasSupervisor { startSupervisor(of: name) }
  }

  // MARK: - Supervisors

  /// As an earlier run of the agent left it. What was started has a supervisor at once, as its lease may pass before the
  /// server answers; the rest waits for the server to want it still.
  private func adopted(_ name: AttemptName) throws -> HeldAttempt {
    var attempt = HeldAttempt(name)
    attempt.report = state.report(of: name)
    attempt.stop = state.stopOrder(of: name)
    attempt.checkpoint = state.checkpoint(of: name)
    attempt.isOutputThere = !ships
    guard !attempt.isOver else { return attempt }
    attempt.hasSupervisor = !state.isUnkept(name)
    if !attempt.hasSupervisor, state.isStarted(name) {
      try supervisors.keep(name, state.directory(of: name))
      attempt.hasSupervisor = true
    }
    return attempt
  }

  private func startSupervisor(of name: AttemptName) {
    do {
      try supervisors.keep(name, state.directory(of: name))
      held[name]?.hasSupervisor = true
    } catch {
      fail(name, "Its supervisor could not be started on its node: \(error).")
    }
  }

  /// Ends it when it has not started; what has must be found again, however often that is tried.
  private func fail(_ name: AttemptName, _ sentence: String) {
    guard !state.isStarted(name) else { return }
    held[name]?.report = .failed(sentence)
    hasChanges = true
  }

  /// After children have ended, and now and then for those that are not our children.
  func lookAfterSupervisors() throws {
    for name in supervisors.reap() { try takeBack(name) }
  }

  /// Those that an earlier run of the agent started; and whether anything is left at all.
  func lookForLostSupervisors() throws {
    try requireState()
    for (name, attempt) in held where !attempt.isOver && attempt.hasSupervisor && !supervisors.has(name) {
      if state.isUnkept(name) { try takeBack(name) }
    }
    lookForGone()
  }

  /// Without its files it would take what runs for what never started.
  private func requireState() throws {
    guard state.isThere else {
      throw AgentFailure.here(
        "Its state in \(state.path) was removed while it ran: start it anew; what runs is ended when its lease passes."
      )
    }
  }

  private func takeBack(_ name: AttemptName) throws {
    guard held[name] != nil else { return }
    takeReport(of: name)
    guard let attempt = held[name], !attempt.isOver else { return }
    try requireState()
    held[name]?.supervisorDeaths += 1
    guard attempt.supervisorDeaths < Self.supervisorDeathLimit else {
      held[name]?.hasSupervisor = false
      let complaint = state.complaint(of: name) ?? "see whether the node has memory and processes left"
      return fail(
        name,
        "Its supervisor ended \(attempt.supervisorDeaths + 1) times on its node before it started: \(complaint)."
      )
    }
    startSupervisor(of: name)
  }

  private static let supervisorDeathLimit = 5

  /// When there is nothing more urgent.
  func prepare() { supervisors.refill() }

  // MARK: - Reports

  /// Takes what supervisors said since the last look.
  func takeReports(_ changes: [FileWatch.Change]) {
    if changes.contains(where: \.isOverflow) { for name in held.keys { takeReport(of: name) } }
    for change in changes where change.name.hasSuffix(".json") {
      if let name = AttemptName(String(change.name.dropLast(5))), held[name] != nil { takeReport(of: name) }
    }
  }

  private func takeReport(of name: AttemptName) {
    guard let report = state.report(of: name), held[name]?.report != report else { return }
    held[name]?.report = report
    takeCheckpoint(of: name)
    hasChanges = true
  }

  func takeCheckpoints() {
    for (name, attempt) in held where !attempt.isOver && attempt.report != nil { takeCheckpoint(of: name) }
  }

  private func takeCheckpoint(of name: AttemptName) {
    guard let checkpoint = state.checkpoint(of: name), checkpoint != held[name]?.checkpoint else { return }
    held[name]?.checkpoint = checkpoint
    hasChanges = true
  }

  // MARK: - Output

  /// The server has all that the attempt wrote.
  func outputIsThere(_ name: AttemptName) {
    held[name]?.isOutputThere = true
    hasChanges = true
  }
}
