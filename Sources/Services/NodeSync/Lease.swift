import JSON
import Model
import POSIX
import Storage

/// When a node's agent was last heard, and how long that holds.
package struct Lease: Hashable, Sendable {
  /// The run of the machine that `heardAt` belongs to.
  package let bootID: String
  /// Seconds on the boot-time clock.
  package let heardAt: Double
  /// How long after it the node counts as there.
  package let seconds: Double
  /// Which agent it was; nil: one that does not say.
  package let agentID: String?

  /// Besides its seconds, for the programs to be killed when the lease has passed without a word.
  static let killingSeconds = 2.0

  /// When the node is lost, on this run's clock; one heard in an earlier run of the machine counts as heard at `since`.
  func end(bootID: String, since: Double) -> Double {
    (bootID == self.bootID ? max(heardAt, since) : since) + seconds + Self.killingSeconds
  }

  init(bootID: String, heardAt: Double, seconds: Double, agentID: String?) {
    self.bootID = bootID
    self.heardAt = heardAt
    self.seconds = seconds
    self.agentID = agentID
  }

  init?(_ object: JSONObject) {
    guard let bootID = object["boot_id"]?.string, let heardAt = object["heard_at"]?.number?.double,
      let seconds = object["seconds"]?.number?.double
    else { return nil }
    self.init(bootID: bootID, heardAt: heardAt, seconds: seconds, agentID: object["agent_id"]?.string)
  }

  var json: JSONObject {
    [
      "boot_id": .string(bootID), "heard_at": .seconds(heardAt), "seconds": .seconds(seconds),
      "agent_id": .optional(agentID),
    ]
  }
}

/// The leases of a data directory's managed nodes: `leases/<node>.json`.
///
/// Neither state nor journaled: rewritten at each `nodes.sync`, in the transaction that takes it, and read under the
/// same lock by whoever decides that a node is lost. So a node is never lost after a sync that was answered.
package struct Leases: Sendable {
  package static let defaultSeconds = 30.0
  private let directory: String
  /// What is granted from here on.
  package let seconds: Double

  package init(dataDirectory: String, seconds: Double = defaultSeconds) {
    directory = dataDirectory + "/leases"
    self.seconds = seconds
  }

  private func path(_ node: NodeID) -> String { "\(directory)/\(node).json" }

  /// Nil where there is none that can be read.
  package func lease(of node: NodeID) -> Lease? {
    guard let bytes = try? FileDescriptor.contents(of: path(node)) else { return nil }
    return (try? JSONParser.parse(bytes))?.object.flatMap { Lease($0) }
  }

  /// Boot-time seconds from which on the node is lost, as somebody sees it who has listened since `since`.
  package func end(of node: NodeID, since: Double) -> Double {
    guard let lease = lease(of: node) else { return since + seconds + Lease.killingSeconds }
    return lease.end(bootID: BootClock.bootID, since: since)
  }

  /// Renews the node's lease for the agent that was heard just now; refuses another one than has it, until what that
  /// one had running has been killed.
  ///
  /// True when another one had it: that one's work is over, and the new one knows nothing of it.
  package func renew(_ node: Node, agentID: String?) throws -> Bool {
    let now = BootClock.seconds()
    let former = lease(of: node.id)
    if let lease = former, let holder = lease.agentID, let agentID, holder != agentID,
      lease.bootID == BootClock.bootID, lease.end(bootID: lease.bootID, since: lease.heardAt) > now
    {
      let left = Int((lease.end(bootID: lease.bootID, since: lease.heardAt) - now).rounded(.up))
      throw ServiceError.conflict(
        "Node \(node.name) is served by another agent, heard \(Int(now - lease.heardAt)) seconds ago: stop that one,"
          + " or wait for \(left) seconds after its last word.",
        ["agent_id": .string(holder), "retry_after": .int(left)])
    }
    let lease = Lease(bootID: BootClock.bootID, heardAt: now, seconds: seconds, agentID: agentID)
    do {
      try write(lease, of: node.id)
    } catch {
      throw StorageError.unavailable("\(path(node.id)) cannot be written (\(error))")
    }
    guard let holder = former?.agentID, let agentID else { return false }
    return holder != agentID
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
