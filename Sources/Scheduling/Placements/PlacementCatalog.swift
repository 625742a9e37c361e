/// Every placement a strategy can name: one line each.
package enum PlacementCatalog {
  package static let all: [any PlacementPolicy] = [
    BestFit(), FirstFit(), WorstFit(), DotProduct(), FragmentationDescent(), LeastStranded(), Apart(),
  ]

  /// Nil when there is none of that name.
  package static func placement(named name: String) -> (any PlacementPolicy)? {
    all.first { $0.name == name }
  }
}
