import JSON

/// The most that one user of an organization may have at a time; nil: no limit.
package struct Limits: Hashable, Sendable {
  /// Running in all the organization's clusters together.
  package var userCPU: Thousandths?
  package var userRAM: Thousandths?
  package var userGPU: Thousandths?
  /// Deployments that wait, for whatever reason.
  package var userPending: Int?
  /// The highest priority a member may ask for; operators and owners may ask for any.
  package var memberPriority: Int?

  package init(
    userCPU: Thousandths? = nil, userRAM: Thousandths? = nil, userGPU: Thousandths? = nil,
    userPending: Int? = nil, memberPriority: Int? = nil
  ) {
    self.userCPU = userCPU
    self.userRAM = userRAM
    self.userGPU = userGPU
    self.userPending = userPending
    self.memberPriority = memberPriority
  }

  package static let none = Limits()

  /// True when something bounds what a user has running.
  package var boundsRunning: Bool { userCPU != nil || userRAM != nil || userGPU != nil }
}

extension Limits {
  init(_ fields: Fields) throws {
    userCPU = try fields.optionalThousandths("user_cpu")
    userRAM = try fields.optionalThousandths("user_ram")
    userGPU = try fields.optionalThousandths("user_gpu")
    userPending = try fields.optionalInt("user_pending")
    memberPriority = try fields.optionalInt("member_priority")
  }

  /// Without the limits that are not set.
  var json: JSONValue {
    var row = JSONObject()
    if let userCPU { row.append("user_cpu", userCPU) }
    if let userRAM { row.append("user_ram", userRAM) }
    if let userGPU { row.append("user_gpu", userGPU) }
    row.append("user_pending", ifSet: userPending)
    row.append("member_priority", ifSet: memberPriority)
    return .object(row)
  }
}
