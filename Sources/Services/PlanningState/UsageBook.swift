import Model

/// A user as a member of an organization: what limits count by.
struct Member: Hashable, Sendable {
  let organizationID: OrganizationID
  let userID: UserID

  init(organizationID: OrganizationID, userID: UserID) {
    self.organizationID = organizationID
    self.userID = userID
  }

  init(_ deployment: Deployment) {
    organizationID = deployment.organizationID
    userID = deployment.userID
  }
}

/// The use that each user makes of an organization: what runs and waits in all clusters of an organization, kept change by change.
struct UsageBook: Sendable {
  struct Usage: Sendable {
    var running = Resources.zero
    var runningCount = 0
    /// Those held back by a dependency too.
    var pendingCount = 0

    fileprivate var isNothing: Bool { runningCount == 0 && pendingCount == 0 }
  }

  /// Only users who have something live.
  private var usages: [Member: Usage] = [:]

  subscript(member: Member) -> Usage { usages[member, default: Usage()] }

  func members(of organization: OrganizationID) -> [Member] {
    usages.keys.filter { $0.organizationID == organization }
  }

  func has(_ member: Member) -> Bool { usages[member] != nil }

  /// Follows one deployment; true when its user now has more or less running, or is new here or here no longer.
  mutating func follow(from old: Deployment?, to new: Deployment) -> Bool {
    let member = Member(new)
    let before = usages[member]
    var usage = before ?? Usage()
    if let old { usage.count(old, by: -1) }
    usage.count(new, by: 1)
    usages[member] = usage.isNothing ? nil : usage
    return before?.running != usages[member]?.running
  }
}

extension UsageBook.Usage {
  fileprivate mutating func count(_ deployment: Deployment, by sign: Int) {
    switch deployment.phase {
    case .pending: pendingCount += sign
    case .nominated:
      pendingCount += sign
      hold(deployment, by: sign)
    case .starting, .running, .stopping:
      runningCount += sign
      hold(deployment, by: sign)
    case .finished: break
    }
  }

  /// A place that is being cleared for it is its user's already.
  private mutating func hold(_ deployment: Deployment, by sign: Int) {
    if sign > 0 { running += deployment.spec.required } else { running -= deployment.spec.required }
  }
}

extension Limits {
  /// What a user who has so much running may start besides; nil: any amount. A resource without a limit of its own is
  /// there in an amount that nothing asks for.
  func allowance(beside running: Resources) -> Resources? {
    guard boundsRunning else { return nil }
    func left(_ limit: Thousandths?, _ used: Thousandths) -> Thousandths {
      limit.map { max(.zero, $0 - used) } ?? Self.plenty
    }
    return Resources(
      cpu: left(userCPU, running.cpu), ram: left(userRAM, running.ram), gpu: left(userGPU, running.gpu))
  }

  /// Whether a user may have so much running.
  func hold(_ running: Resources) -> Bool {
    running.cpu <= userCPU ?? Self.plenty && running.ram <= userRAM ?? Self.plenty
      && running.gpu <= userGPU ?? Self.plenty
  }

  /// A thousand times the most that a request can say, so that sums stay far from overflow.
  private static let plenty = Thousandths(1_000_000_000_000_000)
}
