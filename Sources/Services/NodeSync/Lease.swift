import JSON
import Model

/// A moment of a machine's boot-time clock.
package struct BootTime: Hashable, Sendable {
  /// Names the run of the machine that the clock belongs to.
  package let bootID: String
  package let seconds: Double

  package init(bootID: String, seconds: Double) {
    self.bootID = bootID
    self.seconds = seconds
  }
}

/// A node's lease: when its agent was last heard, and how long that holds.
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
  package static let killingSeconds = 2.0

  package init(bootID: String, heardAt: Double, seconds: Double, agentID: String?) {
    self.bootID = bootID
    self.heardAt = heardAt
    self.seconds = seconds
    self.agentID = agentID
  }

  package init?(_ object: JSONObject) {
    guard let bootID = object["boot_id"]?.string, let heardAt = object["heard_at"]?.number?.double,
      let seconds = object["seconds"]?.number?.double
    else { return nil }
    self.init(bootID: bootID, heardAt: heardAt, seconds: seconds, agentID: object["agent_id"]?.string)
  }

  package var json: JSONObject {
    [
      "boot_id": .string(bootID), "heard_at": .seconds(heardAt), "seconds": .seconds(seconds),
      "agent_id": .optional(agentID),
    ]
  }

  /// When the node is lost, on this run's clock; one heard in an earlier run of the machine counts as heard at `since`.
  package func end(bootID: String, since: Double) -> Double {
    (bootID == self.bootID ? max(heardAt, since) : since) + seconds + Self.killingSeconds
  }

  /// Whether the agent is another than the one that had the node before.
  package func changesHands(from former: Lease?) -> Bool {
    guard let holder = former?.agentID, let agentID else { return false }
    return holder != agentID
  }
}

// MARK: - Whose it is

extension Lease {
  /// The lease after an agent was heard; refuses another agent than has it, until what that one had running has been
  /// killed.
  package static func renewed(
    _ former: Lease?, of node: Node, for agentID: String?, at now: BootTime, seconds: Double
  ) throws(ServiceError) -> Lease {
    if let former, former.isAnothers(agentID), former.bootID == now.bootID {
      let end = former.end(bootID: former.bootID, since: former.heardAt)
      guard end <= now.seconds else {
        let left = Int((end - now.seconds).rounded(.up))
        throw .conflict(
          "Node \(node.name) is served by another agent, heard \(Int(now.seconds - former.heardAt)) seconds ago: stop that"
            + " one, or wait for \(left) seconds after its last word.",
          ["agent_id": .optional(former.agentID), "retry_after": .int(left)])
      }
    }
    return Lease(bootID: now.bootID, heardAt: now.seconds, seconds: seconds, agentID: agentID)
  }

  /// Refuses an agent while another one's lease holds.
  package func requireHolder(_ agentID: String?, of node: Node, at now: BootTime) throws(ServiceError) {
    guard isAnothers(agentID), bootID == now.bootID, heardAt + seconds > now.seconds else { return }
    throw .conflict("Node \(node.name) is served by another agent.", ["agent_id": .optional(self.agentID)])
  }

  private func isAnothers(_ agentID: String?) -> Bool {
    guard let agentID, let holder = self.agentID else { return false }
    return holder != agentID
  }
}
