import JSON
import Model
import POSIX
import RPC
import Services
import Storage

/// The leases of a data directory's managed nodes: `leases/<node>.json`.
///
/// Neither state nor journaled: read and rewritten at each `nodes.sync`, under the state lock, and read under the same
/// lock by whoever decides that a node is lost. So a node is never lost after a sync that was answered. What a lease
/// means is `Lease`'s to say.
struct LeaseFiles: Sendable {
  static let defaultSeconds = 30.0
  private let directory: String
  /// How long a lease is granted for from here on.
  let seconds: Double

  init(dataDirectory: String, seconds: Double = defaultSeconds) {
    directory = dataDirectory + "/leases"
    self.seconds = seconds
  }

  var now: BootTime { BootTime(bootID: BootClock.bootID, seconds: BootClock.seconds()) }

  private func path(_ node: NodeID) -> String { "\(directory)/\(node).json" }

  /// Nil where there is none that can be read.
  func lease(of node: NodeID) -> Lease? {
    guard let bytes = try? FileDescriptor.contents(of: path(node)) else { return nil }
    return (try? JSONParser.parse(bytes))?.object.flatMap { Lease($0) }
  }

  /// Boot-time seconds from which on the node is lost, as somebody sees it who has listened since `since`.
  func end(of node: NodeID, since: Double) -> Double {
    guard let lease = lease(of: node) else { return since + seconds + Lease.killingSeconds }
    return lease.end(bootID: BootClock.bootID, since: since)
  }

  /// Renews the node's lease for the agent that was heard just now.
  ///
  /// False when another agent had it and may have begun what is live on the node: that is recorded as lost, and the lease
  /// names the new agent only when this is on disk, so that nothing is ever given to two. The call is to be run again
  /// then. So it is where anything else is recorded and not on disk yet, which may be such a loss. Where the file cannot be written this caller alone is refused.
  func renew(of node: Node, for agentID: String?, _ work: inout Work) throws -> Bool {
    let former = lease(of: node.id)
    let lease = try Lease.renewed(former, of: node, for: agentID, at: now, seconds: seconds)
    if lease.changesHands(from: former) {
      // No lease changes hands outside of the lock: another process may be giving it away as well.
      guard !work.isReadOnly else {
        throw RPCError(StorageError.unavailable("no node can be taken over now"))
      }
      guard work.fold.liveAttempts(on: node).isEmpty else {
        try AttemptReports.lose(node, &work)
        return false
      }
      guard work.recordedSeq == work.durableSeq else { return false }
    }
    do { try write(lease, of: node.id) } catch {
      throw RPCError(StorageError.unavailable("\(path(node.id)) cannot be written (\(error))"))
    }
    return true
  }

  /// In place and always as long, so that a full disk refuses no heartbeat: the blocks are there.
  private func write(_ lease: Lease, of node: NodeID) throws {
    var bytes = JSONValue.object(lease.json).bytes
    bytes += repeatElement(0x20, count: max(0, Self.fileBytes - 1 - bytes.count)) + [0x0A]
    let file: FileDescriptor
    do throws(Errno) { file = try FileDescriptor.open(path(node), .readWrite) } catch {
      try Directory.makePath(directory)
      file = try FileDescriptor.open(path(node), .replace)
    }
    try file.write(bytes, at: 0)
  }

  private static let fileBytes = 512
}
