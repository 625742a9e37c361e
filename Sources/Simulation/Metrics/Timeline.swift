import Model

/// What a report draws: how much was used and how many waited, and who ran where.
struct Timeline {
  struct Sample {
    /// Milliseconds, from when on this holds.
    let time: Int
    let used: Resources
    let waiting: Int
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

  init(begin: Int) {
    self.begin = begin
    end = begin
  }

  mutating func note(at time: Int, used: Resources, waiting: Int) {
    if samples.last?.time == time { samples.removeLast() }
    samples.append(Sample(time: time, used: used, waiting: waiting))
  }

  mutating func add(_ span: Span) { spans.append(span) }

  mutating func close(at time: Int) { end = time }
}
