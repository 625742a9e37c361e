/// A workload that cannot be read: which file, where in it, and what to change.
package struct WorkloadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// As the person named it; `standard input` for `-`.
  package let file: String
  /// From 1; nil where no one line is to blame.
  package let line: Int?
  package let message: String

  package init(_ file: String, line: Int? = nil, _ message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  package var description: String { file + (line.map { ", line \($0)" } ?? "") + ": \(message)" }
}
