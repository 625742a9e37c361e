import JSON
import POSIX

/// How long the node may go on without the server, as the agent wrote it down.
struct Lease: Equatable {
  let bootID: String
  /// Seconds of the boot-time clock.
  let deadline: Double

  /// How long a keeper waits for a lease that is not there: the agent writes it before it starts keepers.
  static let patienceSeconds = 30.0

  init(bootID: String, deadline: Double) {
    self.bootID = bootID
    self.deadline = deadline
  }

  init?(_ object: JSONObject) {
    guard let bootID = object["boot_id"]?.string, let deadline = object["deadline"]?.number?.double else {
      return nil
    }
    self.init(bootID: bootID, deadline: deadline)
  }

  /// A lease of an earlier run of the machine has passed: its clock is another.
  func hasPassed(at now: Double, of boot: String) -> Bool { bootID != boot || now >= deadline }
}

/// Knows when the lease has passed; readable then. Reads the file only when the deadline it knows has come.
final class LeaseWatch {
  private let files: AttemptFiles
  private let timer: BootTimer
  private var known: Lease
  /// True from the moment it was found to have passed: a lease renewed later revives nothing.
  private var isOver = false

  init(_ files: AttemptFiles) throws(Errno) {
    self.files = files
    timer = try BootTimer()
    known =
      files.lease()
      ?? Lease(bootID: BootClock.bootID, deadline: BootClock.seconds() + Lease.patienceSeconds)
    try timer.set(known.deadline)
  }

  var descriptor: Int32 { timer.descriptor }

  func hasPassed() -> Bool {
    let now = BootClock.seconds()
    guard !isOver, known.hasPassed(at: now, of: BootClock.bootID) else { return isOver }
    known = files.lease() ?? known
    isOver = known.hasPassed(at: now, of: BootClock.bootID)
    // A deadline that cannot be waited for must not be waited past.
    if (try? timer.set(known.deadline)) == nil { isOver = true }
    return isOver
  }
}
