import Glibc
import Transport

extension LineClient {
  /// Sends a message and answers the next one that arrives.
  package func call(_ message: [UInt8]) throws(Failure) -> [UInt8] {
    try send(message)
    return try receive()
  }

  /// Says on a socket that nothing more will be sent; answers can still be received.
  package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}
