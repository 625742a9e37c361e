import Model

/// The evenness with which users are served: Jain's index of their mean dominant shares.
///
/// A user's dominant share is the largest of the shares it holds of the cluster's cpu, ram and gpu (Ghodsi et al.,
/// "Dominant Resource Fairness", NSDI'11); the index (Σx)² / (n·Σx²) is 1 when all are equal and 1/n when one has all.
package struct FairnessIndex: Sendable {
  private struct Account {
    var held = Resources.zero
    /// Share × milliseconds until `since`.
    var area = 0.0
    var since = 0
  }

  private let capacity: Resources
  private var ids: [String: UserID] = [:]
  private var accounts: [Account] = []

  init(capacity: Resources, users: some Sequence<String>) {
    self.capacity = capacity
    for name in users where ids[name] == nil {
      accounts.append(Account())
      ids[name] = UserID(accounts.count)
    }
  }

  /// Numbered by first appearance.
  func user(named name: String) -> UserID { ids[name] ?? UserID(0) }

  mutating func change(_ name: String, by held: Resources, at time: Int) {
    guard let id = ids[name] else { return }
    let place = id.rawValue - 1
    accounts[place].area += dominantShare(accounts[place].held) * Double(time - accounts[place].since)
    accounts[place].since = time
    accounts[place].held += held
  }

  private func dominantShare(_ held: Resources) -> Double {
    func share(_ part: Thousandths, _ all: Thousandths) -> Double {
      all > .zero ? Double(part.value) / Double(all.value) : 0
    }
    return max(
      share(held.cpu, capacity.cpu), share(held.ram, capacity.ram), share(held.gpu, capacity.gpu))
  }

  /// Nil when nobody held anything.
  func index(at time: Int) -> Double? {
    let areas = accounts.map { $0.area + dominantShare($0.held) * Double(time - $0.since) }
    let sum = areas.reduce(0, +)
    let squares = areas.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? sum * sum / (Double(areas.count) * squares) : nil
  }
}
