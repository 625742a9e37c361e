import POSIX

/// One peer, on standard input and output; the loop ends with it.
package final class StdioTransport: Transport {
  package static let option = "stdio"
  package static let valueName: String? = nil
  package static let summary = "serve standard input and output, until the end of input"

  package init(_ settings: TransportSettings) throws(TransportError) {}

  package func open(in loop: EventLoop) throws(TransportError) {
    do throws(Errno) {
      try loop.connect(input: FileDescriptor(borrowing: 0), output: FileDescriptor(borrowing: 1))
    } catch {
      throw TransportError("Standard input and output cannot be served: \(error).")
    }
  }

  package func close() {}
}
