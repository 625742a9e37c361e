import JSON
import POSIX

/// The way of a job into Slurm's queue: at least once here, at most once to the program by the claim.
extension SlurmRunner {
  static let mostSubmissions = 5

  /// Returns when Slurm has the job.
  func submit(within seconds: Double) throws(RunFailure) {
    let deadline = BootClock.seconds() + seconds
    while let problem = try submitOnce() {
      // It may have been taken all the same: asked again only when the controller says it was not.
      while files.claim == .free {
        let known = queue.look(seconds: 0.5)
        if known.isAnswered(since: submittedAt) {
          guard let found = known.jobs(files.comment).last else { break }
          return remember(found.id)
        }
        guard BootClock.seconds() < deadline else {
          throw RunFailure(
            exitCode: 125,
            "Slurm's controller does not answer (\(problem)): see that slurmctld and munge run and that "
              + "SLURM_CONF names its configuration, then deploy it again.")
        }
        SystemClock.sleep(nanoseconds: 200_000_000)
      }
      if files.claim != .free { return }
    }
  }

  /// Nil when Slurm has taken it; else why that is not certain.
  func submitOnce() throws(RunFailure) -> String? {
    let arguments = try options.submission(of: site.order, comment: files.comment, script: files.script)
    submittedAt = BootClock.seconds()
    submissions += 1
    let answer = commands.run("sbatch", arguments, seconds: 20)
    if answer.isUncertain { return answer.reason }
    switch answer {
    case .done(let text):
      // `12` or `12;cluster`.
      guard let id = Int(text.prefix { $0.isNumber }) else { return "sbatch says \(text)" }
      remember(id)
      return nil
    case .absent:
      throw RunFailure(
        exitCode: 127,
        "There is no sbatch on this node: install Slurm's commands, or give the agent's runner the option bin "
          + "with their directory.")
    case .refused, .silent:
      // A controller that goes away in the middle has many words for it; a refusal it says again.
      guard refusal == answer || submissions >= Self.mostSubmissions else {
        refusal = answer
        return answer.reason
      }
      throw RunFailure(exitCode: 125, "Slurm refused its job: \(answer.reason).")
    }
  }

  func remember(_ id: Int) {
    guard !jobs.contains(id) else { return }
    jobs.append(id)
    // Found by its comment where this could not be written.
    try? site.remember(["jobs": .array(jobs.map { .int($0) })])
  }

  /// Of `scancel`: our job alone, whatever number the controller has given it.
  var named: String { "--name=\(jobName)" }

  var jobName: String { SlurmComment(files.comment)?.jobName ?? site.order.deploymentName }

  /// Takes the jobs out of the queue that will not run the program; the claim keeps them from it anyway.
  ///
  /// Also those that only `sbatch` has told of: what the controller said last may be older.
  func cancelUnclaimed(except claimed: Int?) {
    let known = queue.look(seconds: 0.3).jobs(files.comment)
    let over = known.filter { $0.phase == .over }.map(\.id)
    let rest = Set(jobs + known.map(\.id)).subtracting(over).filter { $0 != claimed }
    guard !rest.isEmpty else { return }
    _ = commands.run("scancel", [named] + rest.sorted().map { "\($0)" }, seconds: 3)
  }

  /// Returns when nothing of it runs: by its own word, or the controller's.
  func killJob(_ id: Int) {
    let start = BootClock.seconds()
    var askAgainAt = start
    // Heard by the job itself, within seconds, whatever has become of the controller.
    files.ask(for: .kill)
    while files.ended == nil {
      let known = queue.look(seconds: 0.2)
      let now = BootClock.seconds()
      let job = known.job(id, files.comment)
      if known.isAnswered(since: start) {
        if let job, job.phase != .running { return }
        // Forgotten, not ended: a job whose node still has it hears the file.
        if job == nil, now > start + Double(3 * SlurmScripts.lookSeconds) { return }
      }
      if job != nil, now >= askAgainAt {
        _ = commands.run("scancel", ["--signal=KILL", "--full", named, "\(id)"], seconds: 3)
        _ = commands.run("scancel", [named, "\(id)"], seconds: 3)
        askAgainAt = BootClock.seconds() + 5
      }
      SystemClock.sleep(nanoseconds: 50_000_000)
    }
  }
}
