import Model
import POSIX

/// The end of a job, and how it is learnt.
extension SlurmRunner {
  private static let sayingSeconds = 2.0
  private static let forgettingSeconds = 6.0
  /// After the controller's start; longer than a `scancel` is waited for and its end is looked for.
  private static let mistakenSeconds = 30.0

  func findEnd() throws(RunFailure) -> RunEnd? {
    switch files.claim {
    case .barred: return neverBegun
    case .free: return try findUnclaimed()
    case .job(let id, let node):
      remember(id)
      if let code = files.ended { return explain(code, id, node) }
      return findClaimed(id)
    }
  }

  private var neverBegun: RunEnd {
    RunEnd(exitCode: nil, message: "It was stopped while it waited in Slurm's queue: it has not run.")
  }

  // MARK: - Before a job has begun

  private func findUnclaimed() throws(RunFailure) -> RunEnd? {
    let known = queue.look(seconds: pace.seconds * 0.9)
    let ours = known.jobs(files.comment)
    if let live = ours.last(where: { $0.phase != .over }) {
      remember(live.id)
      limits = outage(known) ?? live.waitingSentence
      return nil
    }
    limits = outage(known) ?? jobs.last.map { "It waits in Slurm's queue as job \($0)." }
    guard known.isAnswered(since: submittedAt) else { return nil }
    if let over = ours.last, !over.wasNeverLaunched, !mayBeMistaken(over) {
      return bar { unreached(over) }
    }
    // The controller was killed before it wrote the job down, or no node took it: it has not run, and may again.
    guard submissions < Self.mostSubmissions, !isStopping else {
      return bar { isStopping ? neverBegun : neverLaunched }
    }
    _ = try submitOnce()
    return nil
  }

  /// A controller that was killed and has lost its state gives the same numbers again, and a `scancel` that was under
  /// way then meets another's job: it asks for a name, and sends the number.
  private func mayBeMistaken(_ job: SlurmJob) -> Bool {
    guard job.state == "CANCELLED", !isStopping, let age = commands.controllerAge() else { return false }
    return age < Self.mistakenSeconds
  }

  private var neverLaunched: RunEnd {
    RunEnd(
      exitCode: 125,
      message: "Slurm has lost its job \(Self.mostSubmissions) times before it began: see slurmctld's log.")
  }

  /// Nil when a job has begun meanwhile.
  private func bar(_ end: () -> RunEnd) -> RunEnd? {
    guard (try? files.takeClaim()) == .barred else { return nil }
    return end()
  }

  private func unreached(_ job: SlurmJob) -> RunEnd {
    if isStopping { return neverBegun }
    if job.state != "FAILED", job.state != "COMPLETED",
      let sentence = job.sentence(order: site.order, isStopping: false)
    {
      return RunEnd(exitCode: nil, message: sentence)
    }
    return RunEnd(
      exitCode: 125,
      message:
        "Its Slurm job \(job.id) ended on \(job.nodes) before it came to the program: the agent's state "
        + "directory must be on a file system that Slurm's nodes share, writable for the same user.")
  }

  private func outage(_ known: SlurmSnapshot) -> String? {
    known.problem.map { "Slurm's controller does not answer just now (\($0))." }
  }

  // MARK: - After a job has begun

  private func findClaimed(_ id: Int) -> RunEnd? {
    if !isStopping { pace.calm() }
    let known = queue.look(seconds: pace.seconds * 0.9)
    limits = outage(known)
    // What was said before the claim may say that it waits.
    let since = claimedAt ?? BootClock.seconds()
    claimedAt = since
    guard known.isAnswered(since: max(since, suspicion?.since ?? since)) else { return nil }
    guard let job = known.job(id, files.comment) else {
      return lasting(.forgotten, Self.forgettingSeconds) { forgotten(id) }
    }
    switch job.phase {
    case .running:
      suspicion = nil
      return nil
    case .waiting:
      return lasting(.requeued, Self.sayingSeconds) {
        RunEnd(
          exitCode: nil,
          message: "Slurm took it off its node and queued it again as job \(id): Berth runs an attempt once.")
      }
    case .over:
      return lasting(.unsaid, isKilled ? 0 : Self.sayingSeconds) { unsaid(job) }
    }
  }

  /// An end once what speaks for it has lasted: files come late over a network.
  private func lasting(_ what: Suspicion, _ seconds: Double, _ end: () -> RunEnd) -> RunEnd? {
    let now = BootClock.seconds()
    if suspicion?.what != what { suspicion = (what, now) }
    pace.quicken()
    guard let suspicion, now - suspicion.since >= seconds else { return nil }
    return end()
  }

  private func unsaid(_ job: SlurmJob) -> RunEnd {
    let sentence = job.sentence(order: site.order, isStopping: isStopping || isKilled)
    // Slurm's status is 0 also for what it ended by itself.
    let code = job.status == 0 && job.state != "COMPLETED" ? (isKilled ? 137 : nil) : job.exitCode
    return RunEnd(exitCode: code, message: sentence ?? Self.signalSentence(code))
  }

  private func forgotten(_ id: Int) -> RunEnd {
    if let job = completed(id) { return unsaid(job) }
    return unknowable(id)
  }

  /// What the log of completed jobs has (JobCompType=jobcomp/filetxt), where the site keeps one.
  private func completed(_ id: Int) -> SlurmJob? {
    let answer = commands.run(
      "sacct",
      ["--completion", "--noheader", "--parsable2", "--jobs=\(id)", "--format=jobid,state,exitcode,jobname"],
      seconds: 5)
    guard case .done(let text) = answer, let line = text.split(separator: "\n").last else { return nil }
    let fields = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
    // The number alone may be another's.
    guard fields.count == 4, fields[0] == "\(id)", fields[3] == jobName else { return nil }
    let code = fields[2].split(separator: ":").compactMap { Int($0) }
    guard code.count == 2 else { return nil }
    return SlurmJob(
      id: id, comment: files.comment, state: String(fields[1]), status: code[0] << 8 | code[1], reason: "",
      nodes: "")
  }

  private func unknowable(_ id: Int) -> RunEnd {
    RunEnd(
      exitCode: isKilled ? 137 : nil,
      message: "Slurm's controller does not know its job \(id) any more: how it ended cannot be known.")
  }

  /// The job's own word, and what the controller has to add.
  private func explain(_ code: Int, _ id: Int, _ node: String) -> RunEnd? {
    let path = site.order.imagePath
    switch files.refusal {
    case .absent:
      return RunEnd(
        exitCode: code,
        message: "There is no program \(path) on Slurm's node \(node): put it where Slurm's nodes see it, or "
          + "correct the image path.")
    case .notExecutable:
      return RunEnd(
        exitCode: code, message: "\(path) is not a program that Slurm's node \(node) can run: chmod +x it.")
    case nil: break
    }
    if code == 0 || isStopping || isKilled {
      return RunEnd(exitCode: code, message: Self.signalSentence(code))
    }
    let known = queue.look(seconds: 0.3)
    if let job = known.job(id, files.comment), job.phase == .over {
      return RunEnd(
        exitCode: code,
        message: job.sentence(order: site.order, isStopping: false) ?? Self.signalSentence(code))
    }
    return lasting(.unexplained, Self.sayingSeconds) {
      RunEnd(exitCode: code, message: Self.signalSentence(code))
    }
  }

  private static func signalSentence(_ code: Int?) -> String? {
    guard let code, code > 128, code < 128 + 65 else { return nil }
    return "It was killed by \(SignalName.of(code - 128))."
  }
}
