import POSIX
import Services
import Storage

/// A look through many rows or events for one answer, a slice at a time: what is left goes on in a turn of its own.
protocol Scan: Sendable {
  /// The answer; nil when it has to go on. Asks `isInTime` often enough that no slice lasts much longer.
  mutating func step(_ work: borrowing Work, isInTime: () -> Bool) throws -> Answer?
}

/// A call whose answer is looked for in slices, all of one state: what it shows stood so at one moment.
struct ScanCall {
  let method: Method
  let state: FrozenState<PlanningState>
  var scan: any Scan

  mutating func step(isInTime: () -> Bool) throws -> Answer? {
    let state = state
    return try state.read { work in try scan.step(work, isInTime: isInTime) }
  }
}

/// The time that one connection gets in a turn, so that none holds up the others.
struct TimeSlice {
  /// Nanoseconds.
  static let length: UInt64 = 2_000_000
  private let end: UInt64

  init(from now: UInt64 = UInt64(SystemClock.monotonicNanoseconds())) { end = now + Self.length }

  var isInTime: Bool { UInt64(SystemClock.monotonicNanoseconds()) < end }
}
