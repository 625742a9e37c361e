/// Every backfill a strategy can name: one line each.
package enum BackfillCatalog {
  package static let all: [any BackfillPolicy] = [
    EasyBackfill(),
    ConservativeBackfill(),
    NoBackfill(),
  ]

  static let kind = PartKind(
    "backfill", "Who may pass the first that cannot start", all, entry: { $0 }, setting: { $0.setting($1) })
}
