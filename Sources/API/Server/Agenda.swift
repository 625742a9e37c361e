import Model
import POSIX
import Services
import Storage

/// The times at which the server has something to do though nobody asks.
struct Agenda {
  /// When time alone could next change something in the planning state; nil: never.
  private var wake: Timestamp?
  private var planning = PlanningDue.done
  /// Monotonic nanoseconds before which nothing of this is tried: storage refused it.
  private var restsUntil: UInt64 = 0
  private var leases: LeaseWatch

  /// Nanoseconds.
  private static let restAfterRefusal: UInt64 = 1_000_000_000
  /// Seconds that another process has to plan what it changed: it does so itself unless it dies.
  private static let patience = 1.0

  /// Changes that no plan has looked at.
  private enum PlanningDue {
    case done
    /// By the process that made them, or else by this one from then on.
    case others(until: Timestamp)
  }

  init(_ leases: LeaseFiles, _ planning: borrowing PlanningState) {
    self.leases = LeaseWatch(leases)
    follow(planning)
  }

  // MARK: - What is due

  /// Whether time asks for a transaction.
  func isDue(_ now: UInt64, _ wall: Timestamp) -> Bool {
    guard restsUntil <= now else { return false }
    if let wake, wake <= wall { return true }
    if case .others(let until) = planning, until <= wall { return true }
    return leases.isDue
  }

  /// Until when nothing is tried, in monotonic nanoseconds; in the past as a rule.
  var restEnd: UInt64 { restsUntil }

  /// When the next of it is due, in monotonic nanoseconds; nil: never.
  var next: UInt64? {
    let byWall = [wake, unplannedUntil].compactMap(\.self).min().map { moment in
      let left = moment.milliseconds - SystemClock.wallMilliseconds()
      return left > 0 ? UInt64(SystemClock.monotonicNanoseconds()) + UInt64(left) * 1_000_000 : 0
    }
    // What is due is due since ever: the loop compares with a moment before this one.
    return [byWall, leases.wake].compactMap(\.self).min().map { max($0, restsUntil) }
  }

  private var unplannedUntil: Timestamp? {
    guard case .others(let until) = planning else { return nil }
    return until
  }

  // MARK: - What was done

  /// In a transaction, after its calls: their reports may be what was waited for.
  mutating func loseSilentNodes(_ work: inout Work) throws { try leases.look(&work) }

  /// A transaction has planned all that there was.
  mutating func planned() { planning = .done }

  /// The state was read or changed.
  mutating func follow(_ planning: borrowing PlanningState) {
    wake = planning.nextWake
    leases.follow(planning)
  }

  /// Others have left something unplanned: they are given time for it.
  mutating func leaveToOthers(from wall: Timestamp) {
    if case .done = planning { planning = .others(until: wall + Self.patience) }
  }

  mutating func rest(from now: UInt64) { restsUntil = now + Self.restAfterRefusal }
}
