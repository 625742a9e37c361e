import JSON
import POSIX

/// The controller's account of all our jobs, and when it was asked.
struct SlurmSnapshot: Equatable {
  /// Seconds of the boot-time clock, before the question was put.
  var askedAt: Double
  /// The same of the last question that was answered: `jobs` is as old as this.
  var answeredAt: Double?
  var jobs: [SlurmJob]
  /// Why the last question was not answered; nil when it was.
  var problem: String?

  static let none = SlurmSnapshot(askedAt: -.infinity, answeredAt: nil, jobs: [], problem: nil)

  func jobs(_ comment: String) -> [SlurmJob] { jobs.filter { $0.comment == comment } }

  /// By its comment too: a controller that has lost its state gives the same numbers again.
  func job(_ id: Int, _ comment: String) -> SlurmJob? { jobs.first { $0.id == id && $0.comment == comment } }

  /// True when it was answered, after a question put at that time or later.
  func isAnswered(since moment: Double) -> Bool { answeredAt.map { $0 >= moment } ?? false }
}

extension SlurmSnapshot {
  init?(_ object: JSONObject) {
    guard object["boot_id"]?.string == BootClock.bootID, let askedAt = object["asked_at"]?.number?.double
    else {
      return nil
    }
    self.askedAt = askedAt
    answeredAt = object["answered_at"]?.number?.double
    jobs = (object["jobs"]?.array ?? []).compactMap { $0.object.flatMap { SlurmJob($0) } }
    problem = object["problem"]?.string
  }

  var json: JSONObject {
    var object: JSONObject = ["boot_id": .string(BootClock.bootID), "asked_at": Self.moment(askedAt)]
    if let answeredAt { object.append("answered_at", Self.moment(answeredAt)) }
    if let problem { object.append("problem", .string(problem)) }
    object.append("jobs", .array(jobs.map(\.json)))
    return object
  }

  private static func moment(_ seconds: Double) -> JSONValue {
    .number(JSONNumber(thousandths: Int(seconds * 1000)))
  }
}

/// The state of all jobs, asked for by one supervisor for all supervisors of an agent: `STATE/slurm-queue.json`.
///
/// Who finds it too old takes the lock beside it, asks and writes it anew; the others go on with what is there
/// and look again. A controller of a hundred jobs is asked once an interval, not a hundred times.
final class SlurmQueue {
  private let state: String
  private let file: String
  private let lock: String
  private let commands: SlurmCommands
  private var question: Question?

  /// A question that is being asked; the lock is held as long.
  private struct Question {
    let lock: FileDescriptor
    let askedAt: Double
    let command: SlurmCommands.Running
  }

  /// The directory is the agent's.
  init(state: String, commands: SlurmCommands) {
    self.state = state
    file = state + "/slurm-queue.json"
    lock = state + "/slurm-queue.lock"
    self.commands = commands
  }

  /// After a question that was not answered, the next is put no sooner: asking in vain takes its ten seconds.
  private static let outageSeconds = 2.0
  private static let answerSeconds = 15.0
  /// For an answer that comes at once; one that does not is taken by a later look, as orders must be heard.
  private static let patienceSeconds = 0.3

  /// What is known, not older than so many seconds when nobody is asking just now.
  func look(seconds: Double) -> SlurmSnapshot {
    let known = read()
    if question == nil {
      if isFresh(known, seconds) { return known }
      guard let holder = try? FileDescriptor.open(lock, .replace),
        (try? FileLock.tryLock(holder, range: 0..<1)) == true
      else { return known }
      let latest = read()
      if isFresh(latest, seconds) { return latest }
      // Cut to the milliseconds that are written, and so never later than it was.
      let now = (BootClock.seconds() * 1000).rounded(.down) / 1000
      switch commands.begin("squeue", ["--me", "--json", "--states=all"]) {
      case .failure(let failure):
        return withExtendedLifetime(holder) { write(failed(failure.answer.reason, after: latest)) }
      case .success(let command): question = Question(lock: holder, askedAt: now, command: command)
      }
    }
    return answer() ?? known
  }

  private func answer() -> SlurmSnapshot? {
    guard let question else { return nil }
    var answer = question.command.wait(seconds: Self.patienceSeconds)
    if answer == nil, BootClock.seconds() > question.askedAt + Self.answerSeconds {
      answer = question.command.giveUp()
    }
    guard let answer else { return nil }
    // The lock goes with it, after the answer is written.
    defer { self.question = nil }
    let snapshot = write(snapshot(of: answer, askedAt: question.askedAt))
    if snapshot.problem == nil { cancelStrays(of: snapshot) }
    return snapshot
  }

  /// A controller that was killed brings back what it had written down last, jobs among it whose attempts are over: they
  /// would hold what they were given until it asks their nodes, which takes minutes.
  private func cancelStrays(of snapshot: SlurmSnapshot) {
    let owner = SlurmComment.owner(state: state)
    for job in snapshot.jobs where job.phase != .over {
      guard let comment = SlurmComment(job.comment), comment.isStray(owner: owner, state: state) else {
        continue
      }
      _ = commands.run("scancel", ["--name=\(comment.jobName)", "\(job.id)"], seconds: 3)
    }
  }

  private func write(_ snapshot: SlurmSnapshot) -> SlurmSnapshot {
    try? Directory.replace(file, with: JSONValue.object(snapshot.json).bytes, durably: false)
    return snapshot
  }

  private func isFresh(_ snapshot: SlurmSnapshot, _ seconds: Double) -> Bool {
    let age = BootClock.seconds() - snapshot.askedAt
    return age >= 0 && age < (snapshot.problem == nil ? seconds : max(seconds, Self.outageSeconds))
  }

  private func read() -> SlurmSnapshot {
    guard let bytes = try? FileDescriptor.contents(of: file),
      let object = (try? JSONParser.parse(bytes))?.object
    else { return .none }
    return SlurmSnapshot(object) ?? .none
  }

  private func snapshot(of answer: SlurmCommands.Answer, askedAt: Double) -> SlurmSnapshot {
    guard case .done(let text) = answer else { return failed(answer.reason, after: read()) }
    switch Self.parse(text) {
    case .success(let jobs):
      return SlurmSnapshot(askedAt: askedAt, answeredAt: askedAt, jobs: jobs, problem: nil)
    case .failure(let problem): return failed(problem.text, after: read())
    }
  }

  /// What was known before, marked as asked for now in vain.
  private func failed(_ problem: String, after latest: SlurmSnapshot) -> SlurmSnapshot {
    var next = latest
    next.problem = problem
    next.askedAt = BootClock.seconds()
    return next
  }

  struct Unreadable: Error {
    let text: String
  }

  /// The jobs that are ours.
  ///
  /// `squeue --json` of version 22 ends with 0 and an empty list when it has not reached the controller: only
  /// `errors` tells.
  static func parse(_ text: String) -> Result<[SlurmJob], Unreadable> {
    guard let answer = (try? JSONParser.parse(Array(text.utf8)))?.object, let jobs = answer["jobs"]?.array
    else {
      return .failure(Unreadable(text: "squeue --json gives something that is not JSON of jobs"))
    }
    if let errors = answer["errors"]?.array, let first = errors.first {
      let parts = [first["description"]?.string, first["error"]?.string].compactMap(\.self)
      return .failure(Unreadable(text: parts.joined(separator: ": ")))
    }
    return .success(
      jobs.compactMap { $0.object.flatMap { SlurmJob($0) } }
        .filter { $0.comment.hasPrefix(SlurmComment.prefix) })
  }
}
