import Model

/// The part that a user's limits lack for a deployment to start, whatever room there is.
package struct QuotaReason: Sendable {
  let demand: Resources
  let running: Resources
  let limits: Limits
  /// Who may have only so much.
  let user: String

  /// Nil when the limits leave enough beside what the user has running.
  package init?(demand: Resources, running: Resources, limits: Limits, user: String) {
    self.demand = demand
    self.running = running
    self.limits = limits
    self.user = user
    guard ResourceKind.allCases.contains(where: { missing($0) > .zero }) else { return nil }
  }

  func missing(_ kind: ResourceKind) -> Thousandths {
    guard let limit = limits.limit(kind) else { return .zero }
    return kind.amount(of: demand) + kind.amount(of: running) - limit
  }

  package var reason: Reason {
    let kinds = ResourceKind.allCases.filter { missing($0) > .zero }
    let demands = kinds.map { $0.text($0.amount(of: demand)) }
    let shares = kinds.map { kind in
      "\(kind.text(kind.amount(of: running))) running of the \(limits.limit(kind)?.text ?? "") that the organization"
        + " lets a user have (user_\(kind.key))"
    }
    return Reason(
      code: "quota",
      message:
        "Needs \(enumeration(demands)), and \(user) has \(enumeration(shares)): wait for one of \(user)'s to end,"
        + " or ask an owner to raise the limit.")
  }
}

extension Limits {
  /// What one user may have running of a resource; nil: any amount.
  func limit(_ kind: ResourceKind) -> Thousandths? {
    switch kind {
    case .cpu: userCPU
    case .ram: userRAM
    case .gpu: userGPU
    }
  }

  /// The first resource of which a request asks for more than a user may ever have running, as the limit's key with
  /// both amounts; nil when there is none.
  package func excess(of demand: Resources) -> (limit: String, allowed: Thousandths, asked: Thousandths)? {
    for kind in ResourceKind.allCases {
      guard let allowed = limit(kind), kind.amount(of: demand) > allowed else { continue }
      return ("user_\(kind.key)", allowed, kind.amount(of: demand))
    }
    return nil
  }
}

extension ResourceKind {
  /// As parameters and limits call it.
  var key: String {
    switch self {
    case .cpu: "cpu"
    case .ram: "ram"
    case .gpu: "gpu"
    }
  }
}
