import JSON
import Model
import POSIX

/// One attempt in its supervisor's hands, from before its start until its end is reported.
final class SupervisedAttempt {
  private let files: AttemptFiles
  private let runner: any Runner
  private let pump: OutputPump
  private let stopNotification: NamedPipe
  private let lease: LeaseTimer
  private var startedAt: Timestamp?
  private var stopping: Stopping?
  /// True once a stop order's grace was over.
  private var wasKilled = false
  /// What was reported of the limits last: a runner may learn more, or wait in a queue of its own first.
  private var toldLimitation: String?

  /// Between two tries to kill what does not die, or to write what cannot be written.
  private static let retryNanoseconds = 1_000_000_000

  init(_ files: AttemptFiles, _ runner: any Runner, _ pump: OutputPump) throws(Errno) {
    self.files = files
    self.runner = runner
    self.pump = pump
    // Before the order is looked for the first time, so that none comes unseen.
    stopNotification = try NamedPipe(files.stopNotification)
    lease = try LeaseTimer(files)
  }

  /// True when its end is reported.
  func run() throws -> Bool {
    var end: RunEnd
    do {
      end = try live()
    } catch let failure as RunFailure {
      end = RunEnd(exitCode: failure.exitCode, message: failure.message)
    } catch {
      end = RunEnd(exitCode: 125, message: "Its supervisor could not work on its node: \(error).")
    }
    // What the program itself has left running goes with it.
    runner.kill()
    if let lost = pump.finish() {
      end = RunEnd(
        exitCode: end.exitCode, message: end.message.map { $0 + " " + lost } ?? lost, isFenced: end.isFenced)
    }
    runner.clean()
    return report(end)
  }

  /// Goes on trying: an end that is not told is lost for ever. Gives up when the agent's directory is gone.
  private func report(_ end: RunEnd) -> Bool {
    let endedAt = Timestamp.now
    while true {
      do {
        try files.reportEnd(end, startedAt: startedAt, endedAt: endedAt)
        return true
      } catch {
        guard files.canReport else { return false }
        SystemClock.sleep(nanoseconds: Self.retryNanoseconds)
      }
    }
  }

  // MARK: - Its life

  private func live() throws -> RunEnd {
    switch try files.marked() {
    case .earlier(let time):
      startedAt = time
      // Asked before: what ended while nobody kept it ended, as far as the server knows, with its node.
      let isFenced = lease.hasPassed()
      let isFound = try runner.adopt()
      guard !isFenced else { return try fencedEnd(isFound: isFound) }
      guard isFound else { return Self.lost }
    case .notYet:
      if let refused = try start() { return refused }
    }
    report(running: runner.limitation)
    return try watch()
  }

  private static let lost = RunEnd(
    exitCode: nil,
    message: "Its supervisor was killed on its node, and the program with it: how it ended cannot be known;"
      + " if its work is not done, create it anew.")

  private static let fenced = RunEnd(
    exitCode: 137, message: "It was fenced: its node was not heard of for the length of its lease.",
    isFenced: true)

  /// An end when it is not to start any more.
  private func start() throws -> RunEnd? {
    try runner.prepare()
    if files.stopOrder() != nil {
      return RunEnd(exitCode: nil, message: "It was stopped before it started.")
    }
    if lease.hasPassed() { return Self.fenced }
    let now = Timestamp.now
    do { try files.mark(now) } catch {
      throw RunFailure(exitCode: 125, "Its start could not be noted on its node: \(error); make room there.")
    }
    try runner.start()
    startedAt = now
    return nil
  }

  // MARK: - While it runs

  private func watch() throws -> RunEnd {
    hearOrders()
    var askAt = 0
    while true {
      if SystemClock.monotonicNanoseconds() >= askAt {
        if let end = try runner.end() { return told(end) }
        if runner.limitation != toldLimitation { report(running: runner.limitation) }
        askAt = next(runner.pollSeconds)
      }
      if lease.hasPassed() { return try fence() }
      if obeyGrace() {
        askAt = 0
        continue
      }
      let watched = runner.descriptors
      let ready = try ThisProcess.readable(
        of: [pump.descriptor, stopNotification.reading.number, lease.descriptor] + watched,
        milliseconds: milliseconds(until: min(askAt, stopping?.killAt ?? .max)))
      if ready.contains(pump.descriptor) { pump.pump() }
      if ready.contains(stopNotification.reading.number) {
        stopNotification.drain()
        hearOrders()
      }
      if watched.contains(where: ready.contains) { askAt = 0 }
    }
  }

  private func report(running limitation: String?) {
    toldLimitation = limitation
    // Not being able to tell this is no reason to end the program.
    try? files.reportRunning(since: startedAt, limitation: limitation)
  }

  private func told(_ end: RunEnd) -> RunEnd {
    guard wasKilled, let stopping else { return end }
    let grace = JSONValue.seconds(stopping.order.graceSeconds).text
    return RunEnd(
      exitCode: end.exitCode, message: "It had not ended \(grace) s after it was asked to, and was killed.")
  }

  private func hearOrders() {
    guard let order = files.stopOrder() else { return }
    let now = SystemClock.monotonicNanoseconds()
    guard stopping == nil else {
      stopping?.hear(order, now: now)
      return
    }
    stopping = Stopping(order, now: now)
    runner.terminate()
  }

  /// True when the grace was over and it was killed.
  private func obeyGrace() -> Bool {
    let now = SystemClock.monotonicNanoseconds()
    guard let stopping, now >= stopping.killAt else { return false }
    wasKilled = true
    runner.kill()
    self.stopping?.tryAgain(at: SystemClock.monotonicNanoseconds() + Self.retryNanoseconds)
    return true
  }

  private func fencedEnd(isFound: Bool) throws -> RunEnd {
    guard isFound else { return Self.lost.fenced }
    if let end = try runner.end() { return end.fenced }
    return try fence()
  }

  private func fence() throws -> RunEnd {
    runner.kill()
    return Self.fenced
  }

  private func next(_ seconds: Double?) -> Int {
    seconds.map { SystemClock.monotonicNanoseconds(after: $0) } ?? .max
  }

  /// Rounded up: woken too early, it would only wait again.
  private func milliseconds(until moment: Int) -> Int? {
    guard moment != .max else { return nil }
    return max(0, moment - SystemClock.monotonicNanoseconds() + 999_999) / 1_000_000
  }
}
