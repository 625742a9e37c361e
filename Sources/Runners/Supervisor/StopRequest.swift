import JSON
import Model
import POSIX

/// A request for a program's end.
struct StopRequest: Equatable {
  /// A sentence.
  let message: String?
  let graceSeconds: Double

  init(_ object: JSONObject) {
    message = object["message"]?.string
    graceSeconds = max(0, object["grace_seconds"]?.number?.double ?? DeploymentSpec.defaultGraceSeconds)
  }
}

/// The stop order of one attempt, as far as it has come.
///
/// Grace is counted by our own clock from when the order was seen: the server's may differ.
struct Stopping {
  private(set) var order: StopRequest
  /// Nanoseconds of the monotonic clock.
  private(set) var killAt: Int

  init(_ order: StopRequest, now: Int) {
    self.order = order
    killAt = Self.moment(now, order.graceSeconds)
  }

  /// A later order may shorten the grace, never lengthen it.
  mutating func hear(_ later: StopRequest, now: Int) {
    guard later != order else { return }
    order = later
    killAt = min(killAt, Self.moment(now, later.graceSeconds))
  }

  /// After it was killed and did not die.
  mutating func tryAgain(at moment: Int) { killAt = moment }

  private static func moment(_ now: Int, _ seconds: Double) -> Int { now + SystemClock.nanoseconds(seconds) }
}
