import POSIX

/// A way for peers to reach the event loop.
///
/// A new one is a file with a conforming type, and its line in `TransportCatalog`.
package protocol Transport: AnyObject {
  /// The options of `berth serve` that concern it. The first asks for it.
  static var options: [TransportOption] { get }
  /// True when its one peer is who started the server, and so speaks with the starter's token.
  static var isStarters: Bool { get }

  init(_ settings: TransportSettings) throws(TransportError)

  /// Lets the loop serve what comes this way.
  func open(in loop: EventLoop) throws(TransportError)

  /// After the loop's end: removes what is left in the file system.
  func close()
}

extension Transport {
  package static var isStarters: Bool { false }
}

/// An option of the command line.
package struct TransportOption: Sendable {
  package enum Kind: Sendable {
    case flag
    case text
    /// Made absolute before it is handed over.
    case path
  }

  /// As a schema spells it: `allow_gid`.
  package let name: String
  package let kind: Kind
  /// One line for the help.
  package let summary: String
}

package struct TransportSettings: Sendable {
  /// The values that were given, by the names of options.
  package var values: [String: String]
  /// The path at which the server's own commands look for it.
  package var usualPath: String

  package init(_ values: [String: String] = [:], usualPath: String = "") {
    self.values = values
    self.usualPath = usualPath
  }
}

/// The reason why nobody can be served this way; a sentence that says what to do.
package struct TransportError: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
