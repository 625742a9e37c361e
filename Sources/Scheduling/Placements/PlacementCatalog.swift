/// Every placement a strategy can name: one line each.
package enum PlacementCatalog {
  package static let all: [any PlacementPolicy] = [
    BestFit(),
    FirstFit(),
    WorstFit(),
    DotProduct(),
    FragmentationDescent(),
    LeastStranded(),
    Apart(),
  ]

  static let kind = PartKind("placement", "On which node", all, entry: { $0 }, setting: { $0.setting($1) })
}
