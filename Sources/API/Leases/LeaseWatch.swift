import POSIX
import Services

/// The watch over leases: finds out which nodes' agents have fallen silent.
///
/// Decided by a process that has itself been attentive for as long as a lease: one that was stopped, or slept with its
/// machine, first hears what agents have to say.
struct LeaseWatch {
  private let leases: LeaseFiles
  /// Boot-time seconds from when on this process would have heard.
  private var since = BootClock.seconds()
  /// Boot-time seconds; nil while no agent is there to fall silent.
  private(set) var lookAt: Double?

  init(_ leases: LeaseFiles) { self.leases = leases }

  private var lateness: Double { max(1, leases.seconds / 4) }

  /// Monotonic nanoseconds of the next look.
  var wake: UInt64? {
    lookAt.map { UInt64(SystemClock.monotonicNanoseconds(after: $0 - BootClock.seconds())) }
  }

  var isDue: Bool { lookAt.map { $0 <= BootClock.seconds() } ?? false }

  /// Looks again in time, now that agents are there, or no more.
  mutating func follow(_ planning: borrowing PlanningState) {
    guard !planning.heardNodes.isEmpty else {
      lookAt = nil
      return
    }
    if lookAt == nil { lookAt = BootClock.seconds() + leases.seconds }
  }

  /// Loses the nodes whose leases have passed. After the turn's reports, which may be what was waited for.
  mutating func look(_ work: inout Work) throws {
    let now = BootClock.seconds()
    guard let due = lookAt, due <= now else { return }
    guard now - due <= lateness else {
      since = now
      lookAt = now + leases.seconds
      return
    }
    var next = now + leases.seconds
    for id in work.fold.heardNodes.sorted() {
      guard let node = work.fold.state.nodes[id] else { continue }
      let end = leases.end(of: id, since: since)
      if end <= now { try AttemptReports.lose(node, &work) } else { next = min(next, end) }
    }
    lookAt = next
  }
}
