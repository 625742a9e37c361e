import Model

/// The course that a report draws: how much was used and how many waited, and who ran where.
struct Timeline {
  struct Sample {
    /// Milliseconds, from when on this holds.
    let time: Int
    let used: Resources
    let pending: Int
  }

  struct Span {
    let job: Int
    let attempt: Attempt
    /// Milliseconds.
    let end: Int
    let wasPreempted: Bool

    var start: Int { attempt.startedAt.milliseconds }
  }

  let begin: Int
  private(set) var end: Int
  /// Rising by time, one for a time.
  private(set) var samples: [Sample] = []
  private(set) var spans: [Span] = []
  private var running: [Int: Attempt] = [:]

  init(begin: Int) {
    self.begin = begin
    end = begin
  }

  mutating func note(at time: Int, used: Resources, pending: Int) {
    if samples.last?.time == time { samples.removeLast() }
    samples.append(Sample(time: time, used: used, pending: pending))
  }

  mutating func start(_ job: Int, _ attempt: Attempt) { running[job] = attempt }

  mutating func stop(_ job: Int, at time: Int, wasPreempted: Bool) {
    guard let attempt = running.removeValue(forKey: job) else { return }
    spans.append(Span(job: job, attempt: attempt, end: time, wasPreempted: wasPreempted))
  }

  /// What still runs is drawn to the end.
  mutating func close(at time: Int) {
    end = time
    for job in running.keys.sorted() { stop(job, at: time, wasPreempted: false) }
  }
}
