import POSIX

/// Something a test waited for did not come.
package struct NeverHappened: Error, CustomStringConvertible {
  package let what: String
  package let seconds: Double

  package var description: String { "not within \(seconds) s: \(what)" }
}

/// The longest that a test waits for what it is to see, in seconds: it costs nothing where it comes, and a machine that is
/// busy with other work has its time.
package let patience = 60.0

/// Waits until `condition` holds, looking every few milliseconds; throws `NeverHappened` when it does not.
package func eventually(
  within seconds: Double = patience, _ what: String, _ condition: () throws -> Bool
) throws {
  let deadline = SystemClock.monotonicNanoseconds() + Int(seconds * 1e9)
  while try !condition() {
    guard SystemClock.monotonicNanoseconds() < deadline else {
      throw NeverHappened(what: what, seconds: seconds)
    }
    SystemClock.sleep(nanoseconds: 3_000_000)
  }
}
