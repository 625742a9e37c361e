/// The ways in, in the order the help lists them.
package enum TransportCatalog {
  package static var all: [any Transport.Type] {
    [
      StdioTransport.self,
      UnixSocketTransport.self,
    ]
  }

  package static func transport(option: String) -> (any Transport.Type)? { all.first { $0.option == option } }
}
