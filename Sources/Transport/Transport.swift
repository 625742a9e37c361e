import POSIX

/// A way for peers to reach the event loop.
///
/// A new one is a file with a conforming type, and its line in `TransportCatalog`.
package protocol Transport: AnyObject {
  /// The command line's option, without dashes: `socket`.
  static var option: String { get }
  /// What the option's value stands for, in capitals; nil when it takes none.
  static var valueName: String? { get }
  /// One line for the help.
  static var summary: String { get }

  init(_ settings: TransportSettings) throws(TransportError)

  /// Lets the loop serve what comes this way.
  func open(in loop: EventLoop) throws(TransportError)

  /// After the loop's end: removes what is left in the file system.
  func close()
}

package struct TransportSettings: Sendable {
  /// The option's value, or its default.
  package var value: String
  /// A group whose members may connect too.
  package var allowedGroup: UInt32?

  package init(value: String = "", allowedGroup: UInt32? = nil) {
    self.value = value
    self.allowedGroup = allowedGroup
  }
}

/// Why nobody can be served this way; a sentence that says what to do.
package struct TransportError: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
