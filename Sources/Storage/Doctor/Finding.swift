/// One thing a check found.
package struct Finding: Sendable, Equatable, CustomStringConvertible {
  package enum Severity: Sendable {
    /// Something is wrong.
    case fault
    /// Worth knowing, and as it may be.
    case note
  }

  package let severity: Severity
  /// Relative to the data directory; empty for the directory itself.
  package let file: String
  package let line: Int?
  package let sentence: String

  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(severity): \(place.isEmpty ? "" : place + ": ")\(sentence)"
  }

  static func fault(_ file: String, line: Int? = nil, _ sentence: String) -> Finding {
    Finding(severity: .fault, file: file, line: line, sentence: sentence)
  }

  static func note(_ file: String, _ sentence: String) -> Finding {
    Finding(severity: .note, file: file, line: nil, sentence: sentence)
  }

  init(severity: Severity, file: String, line: Int?, sentence: String) {
    self.severity = severity
    self.file = file
    self.line = line
    self.sentence = sentence
  }

  init(_ error: StorageError, in file: String = "") {
    guard case .damaged(let damage) = error else {
      self = .fault(file, error.description)
      return
    }
    let place = damage.offset.map { " (byte \($0))" } ?? ""
    self = .fault(damage.file, line: damage.line, damage.why + place)
  }
}
