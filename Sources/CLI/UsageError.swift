/// A fault of a command line, in a sentence, and where to read on.
package struct UsageError: Error, Equatable, Sendable {
  package let message: String
  /// What was probably meant.
  package let hint: String?
  /// Words behind `berth help` that explain it.
  package var topic: String

  package init(_ message: String, hint: String? = nil, topic: String = "") {
    self.message = message
    self.hint = hint
    self.topic = topic
  }

  /// The same error, explained by that command's help.
  package func about(_ command: Command) -> UsageError {
    topic.isEmpty ? UsageError(message, hint: hint, topic: command.spelled) : self
  }
}
