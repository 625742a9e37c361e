import Model

/// A place in the queue: lower goes first. Total, since no two deployments share an id.
package struct OrderKey: Hashable, Comparable, Sendable {
  package let primary: Int
  package let secondary: Int
  package let id: DeploymentID

  package init(primary: Int, secondary: Int = 0, id: DeploymentID) {
    self.primary = primary
    self.secondary = secondary
    self.id = id
  }

  package static func < (a: Self, b: Self) -> Bool {
    if a.primary != b.primary { return a.primary < b.primary }
    if a.secondary != b.secondary { return a.secondary < b.secondary }
    return a.id < b.id
  }
}

/// An order of the queue: who goes first. The key is fixed when a deployment joins the queue: time alone never reorders it.
package protocol QueueOrder: CatalogEntry {
  func key(of pending: PendingDeployment) -> OrderKey
  /// Whether the users' shares of the cluster decide first, and the keys among one user's own. Not unless it says so.
  var isFair: Bool { get }
}

extension QueueOrder {
  package var isFair: Bool { false }
}

extension OrderKey {
  /// Before every other.
  package static let lowest = OrderKey(primary: .min, secondary: .min, id: DeploymentID(.min))

  /// After every other.
  static let highest = OrderKey(primary: .max, secondary: .max, id: DeploymentID(.max))

  /// The least key above.
  var next: OrderKey { OrderKey(primary: primary, secondary: secondary, id: .init(id.rawValue + 1)) }
}
