import POSIX

/// Something a test waited for did not come.
package struct NeverHappened: Error, CustomStringConvertible {
  package let what: String
  package let seconds: Double

  package var description: String { "not within \(seconds) s: \(what)" }
}

/// Waits until `condition` holds, looking every few milliseconds; throws `NeverHappened` when it does not.
package func eventually(
  within seconds: Double = 20, _ what: String, _ condition: () throws -> Bool
) throws {
  let deadline = SystemClock.monotonicNanoseconds() + Int(seconds * 1e9)
  while try !condition() {
    guard SystemClock.monotonicNanoseconds() < deadline else {
      throw NeverHappened(what: what, seconds: seconds)
    }
    SystemClock.sleep(nanoseconds: 3_000_000)
  }
}
