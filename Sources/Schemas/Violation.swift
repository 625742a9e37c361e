/// One way in which a value breaks its schema.
package struct Violation: Equatable, Sendable {
  /// RFC 6901: `/required_cpu`, `/nodes/0/name`; empty for the value itself.
  package let pointer: String
  /// What would be right, without a full stop: `must be at most 100`.
  package let message: String

  package init(pointer: String, message: String) {
    self.pointer = pointer
    self.message = message
  }
}
