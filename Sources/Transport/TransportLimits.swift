import RPC

/// The limits of what one connection may cost; times in nanoseconds, sizes in bytes.
package struct TransportLimits: Sendable {
  /// One message, without its framing.
  package var message = Framer.defaultLimit
  /// Read from one connection in one turn.
  package var readPerTurn = 256 << 10
  /// Messages of one connection in one turn, and of all of them.
  package var messagesPerConnection = 256
  package var messagesPerTurn = 1024
  /// A connection with more than this to write is not read.
  package var slowQueue = 1 << 20
  /// A connection with more than this to write, while more comes, is closed.
  package var fullQueue = 16 << 20
  /// A connection that takes nothing for this long is closed.
  package var stall: UInt64 = 30_000_000_000
  /// From SIGTERM to the end, whatever is unanswered.
  package var stopping: UInt64 = 5_000_000_000
  /// Not accepting after the process ran out of descriptors, if none is given back before.
  package var acceptPause: UInt64 = 1_000_000_000

  package init() {}
}
