import JSON

// Parts and options come from the catalogs, so nothing here knows one by name.
extension ComposedStrategy {
  package var options: [StrategyOption] {
    let choices = [
      OrderCatalog.kind.choice(rules.order), PlacementCatalog.kind.choice(parts.placement),
      BackfillCatalog.kind.choice(parts.backfill), PassOrderCatalog.kind.choice(rules.passOrder),
      PreemptionCatalog.kind.choice(parts.preemption),
    ]
    let told = [
      OrderCatalog.kind.options(rules.order), PlacementCatalog.kind.options(parts.placement),
      PassOrderCatalog.kind.options(rules.passOrder), rules.options,
      PreemptionCatalog.kind.options(parts.preemption), BackfillCatalog.kind.options(parts.backfill),
    ]
    return choices + told.flatMap(\.self).uniqued
  }

  package func setting(_ values: JSONObject) -> Self {
    Self(
      name: name, description: description,
      rules: rules.setting(
        values, order: OrderCatalog.kind.setting(rules.order, values),
        passOrder: PassOrderCatalog.kind.setting(rules.passOrder, values)),
      parts: StrategyParts(
        placement: PlacementCatalog.kind.setting(parts.placement, values),
        backfill: BackfillCatalog.kind.setting(parts.backfill, values),
        preemption: PreemptionCatalog.kind.setting(parts.preemption, values)))
  }
}
