// Another process on a data directory, for tests: writes, reads, stops or dies as it is told.
//
//   storage-exerciser write DIR TAG COUNT BATCH FLOOR [STEP N]
//     COUNT transactions, each of which begins BATCH jobs noted `TAG-i` and ends some; prints `ack i seq`
//     after each; snapshots above FLOOR bytes of journal; dies (SIGKILL) at the Nth passing of STEP.
//   storage-exerciser stop DIR        stops itself (SIGSTOP) in the middle of a transaction
//   storage-exerciser check DIR       the doctor's findings, then how many jobs there are
//   storage-exerciser once DIR        one transaction; prints `ok` or the error's case
import Glibc
import Model
import POSIX
import Storage
import StorageExercise
import Synchronization

/// Unbuffered: what was said before a death was heard.
func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = Glibc.write(1, bytes, bytes.count)
}

func fail(_ why: String) -> Never {
  say("failed: \(why)")
  exit(1)
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else { fail("usage") }
signal(SIGXFSZ, SIG_IGN)

func open(_ options: StoreOptions) throws -> Store<ToyState> {
  try Store.open(try DataDirectory.open(arguments[2], create: true), options)
}

func now() -> Timestamp { Timestamp(milliseconds: SystemClock.wallMilliseconds()) }

func begin(_ count: Int, _ note: String, in transaction: inout Transaction<ToyState>) throws {
  if transaction.fold.accounts.isEmpty { try transaction.record(.opened(account: 1, name: "first")) }
  for place in 0..<count {
    let job = transaction.fold.nextJob
    try transaction.record(.began(job: job, account: 1, note: "\(note)-\(place)"))
    // Every second job of the far past ends, so that tables and history both grow.
    let past = job - 6
    if past > 0, past % 2 == 0, let old = transaction.fold.jobs[past], old.endedAt == nil {
      try transaction.record(.ended(job: past))
    }
  }
}

final class Fuse: Sendable {
  let step: String
  let left: Mutex<Int>

  init(_ step: String, _ count: Int) {
    self.step = step
    left = Mutex(count)
  }

  func pass(_ name: String) {
    guard name == step else { return }
    let isOver = left.withLock { left in
      left -= 1
      return left == 0
    }
    if isOver { kill(getpid(), SIGKILL) }
  }
}

func write() throws {
  guard arguments.count >= 7, let count = Int(arguments[4]), let batch = Int(arguments[5]),
    let floor = Int(arguments[6])
  else { fail("usage") }
  var options = StoreOptions()
  options.lockSeconds = 20
  options.snapshotFloorBytes = floor
  if arguments.count >= 9 {
    let fuse = Fuse(arguments[7], Int(arguments[8]) ?? 1)
    options.snapshotStep = { fuse.pass($0.rawValue) }
  }
  let store = try open(options)
  for place in 0..<count {
    try store.transaction(at: now()) { try begin(batch, "\(arguments[3])-\(place)", in: &$0) }
    say("ack \(place) \(store.recordedSeq)")
    store.maintain()
  }
  store.close()
}

do {
  switch arguments[1] {
  case "write":
    try write()
  case "stop":
    let store = try open(StoreOptions())
    try store.transaction(at: now()) { transaction in
      try begin(1, "stopped", in: &transaction)
      say("stopping")
      kill(getpid(), SIGSTOP)
    }
  case "once":
    try open(StoreOptions()).transaction(at: now()) { try begin(1, "once", in: &$0) }
    say("ok")
  case "check":
    let directory = try DataDirectory.open(arguments[2], create: true)
    for finding in Doctor.check(directory, ToyState.self) { say(finding.description) }
    say("\(try Store<ToyState>.open(directory).fold.nextJob - 1) jobs")
  default:
    fail("usage")
  }
} catch {
  fail("\(error)")
}
