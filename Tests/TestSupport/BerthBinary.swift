import POSIX

/// The program under test.
package enum BerthBinary {
  /// `BERTH_BINARY`, so that another build can be tried; else the one that was built with the tests.
  package static var path: String {
    get throws {
      if let named = ThisProcess.environment("BERTH_BINARY") { return named }
      let tests = try ThisProcess.executable
      return tests.prefix(through: tests.lastIndex(of: "/") ?? tests.startIndex) + "berth"
    }
  }
}
