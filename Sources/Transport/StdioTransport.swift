import POSIX

/// One peer, on standard input and output; the loop ends with it.
package final class StdioTransport: Transport {
  package static let options = [
    TransportOption(name: "stdio", kind: .flag, summary: "Serve standard input and output until their end")
  ]
  package static let isStarters = true

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
