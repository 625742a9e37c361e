import Model

/// The history of a job; times in milliseconds.
struct JobRecord {
  var firstStart: Int?
  var finish: Int?
  var isDropped = false
}

/// The record that a simulation is measured by.
struct Ledger {
  enum Stop {
    case finished
    case preempted
  }

  let workload: Workload
  let capacity: Resources
  private(set) var records: [JobRecord] = []
  private(set) var allocation: AllocationCurve
  private(set) var fairness: FairnessIndex
  private(set) var timeline: Timeline?
  private(set) var preemptions = 0
  /// Device thousandths × milliseconds of attempts that were preempted.
  private(set) var lostGPU = 0.0
  /// Nanoseconds each.
  private(set) var decisions: [Int] = []
  /// Used × milliseconds, in thousandths.
  private var area = (cpu: 0.0, gpu: 0.0)
  /// The same over the makespan: until the last end, or all of it when nothing ended.
  private(set) var makespanArea = (cpu: 0.0, gpu: 0.0)
  private var used = Resources.zero
  private var time: Int
  private(set) var begin: Int
  private(set) var lastEnd: Int?
  private(set) var closed = 0

  init(_ workload: Workload, capacity: Resources, keepsTimeline: Bool) {
    self.workload = workload
    self.capacity = capacity
    allocation = AllocationCurve(capacity: capacity)
    fairness = FairnessIndex(capacity: capacity, users: workload.jobs.lazy.map(\.user))
    begin = workload.jobs.first?.submit ?? 0
    time = begin
    if keepsTimeline { timeline = Timeline(begin: begin) }
    records.reserveCapacity(workload.jobs.count)
    decisions.reserveCapacity(2 * workload.jobs.count)
  }

  mutating func advance(to now: Timestamp) {
    let elapsed = Double(now.milliseconds - time)
    area.cpu += elapsed * Double(used.cpu.value)
    area.gpu += elapsed * Double(used.gpu.value)
    time = now.milliseconds
  }

  mutating func close(at now: Timestamp) {
    advance(to: now)
    closed = max(time, begin)
    if lastEnd == nil { makespanArea = area }
    timeline?.close(at: closed)
  }

  mutating func arrived(_ job: Int) {
    records.append(JobRecord())
    allocation.request(workload.jobs[job].required.gpu)
  }

  /// All that the last arrival set off is done.
  mutating func planned(pending: Int) {
    allocation.note(used: used)
    notePending(pending)
  }

  mutating func notePending(_ pending: Int) {
    timeline?.note(at: time, used: used, pending: pending)
  }

  mutating func dropped(_ job: Int) { records[job].isDropped = true }

  mutating func decided(nanoseconds: Int) { decisions.append(nanoseconds) }

  mutating func started(_ job: Int, _ attempt: Attempt) {
    timeline?.start(job, attempt)
    if records[job].firstStart == nil { records[job].firstStart = time }
    hold(workload.jobs[job].required, for: workload.jobs[job].user)
  }

  mutating func stopped(_ job: Int, _ attempt: Attempt, _ stop: Stop) {
    let required = workload.jobs[job].required
    hold(.zero - required, for: workload.jobs[job].user)
    let elapsed = time - attempt.startedAt.milliseconds
    switch stop {
    case .finished:
      records[job].finish = time
      lastEnd = time
      makespanArea = area
    case .preempted:
      preemptions += 1
      lostGPU += Double(required.gpu.value) * Double(elapsed)
    }
    timeline?.stop(job, at: time, wasPreempted: stop == .preempted)
  }

  private mutating func hold(_ held: Resources, for user: String) {
    used += held
    fairness.change(user, by: held, at: time)
  }
}
