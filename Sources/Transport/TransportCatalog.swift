/// The transports, a line each, in the order in which the help names them.
package enum TransportCatalog {
  package static var all: [any Transport.Type] {
    [
      StdioTransport.self,
      UnixSocketTransport.self,
    ]
  }

  /// The one of a server that is told nothing else.
  package static var standard: any Transport.Type { UnixSocketTransport.self }

  /// Those whose first option was given.
  package static func chosen(_ isGiven: (String) -> Bool) -> [any Transport.Type] {
    all.filter { $0.options.first.map { isGiven($0.name) } ?? false }
  }
}
