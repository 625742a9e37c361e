extension ComposedStrategy {
  static let optionNames = StrategyCatalog.standard.options.map(\.name)

  package var options: [StrategyOption] {
    let interval = (rules.order as? PriorityOrder)?.interval ?? PriorityOrder.defaultInterval
    let stretch = (rules.order as? StretchOrder) ?? StretchOrder()
    func option(_ name: String, _ value: String, _ description: String, of values: [String]? = nil)
      -> StrategyOption
    {
      StrategyOption(name: name, description: description, defaultValue: value, values: values)
    }
    return [
      option(
        "order", rules.isFair ? "fair" : rules.order.name, "Who goes first.", of: OrderCatalog.names),
      option(
        "placement", parts.placement.name, "On which node.", of: PlacementCatalog.all.map(\.name)),
      option(
        "backfill", parts.backfill.name,
        "Who may pass the first that cannot start.", of: BackfillCatalog.all.map(\.name)),
      option(
        "backfill_order", rules.passOrder == nil ? "arrival" : "shortest",
        "In which order those after it are tried; arrival is the queue's own.", of: ["arrival", "shortest"]),
      option(
        "preemption", parts.preemption.name,
        "Who gives way to whom.", of: PreemptionCatalog.all.map(\.name)),
      option("interval", String(interval), "Seconds of waiting that count as one point of priority."),
      option(
        "stretch", String(stretch.stretch),
        "Under the order stretch: how many seconds it may be passed by shorter ones for each second it may last."
      ),
      option("cap", String(stretch.cap), "Under the order stretch: for how many seconds at most."),
      option(
        "max_skip", String(rules.maxSkip),
        "Seconds the first in line is blocked before a node is kept for it, or others are preempted."),
      option(
        "preemptions_per_hour", String(rules.preemptionsPerHour),
        "How often a deployment may be preempted within an hour."),
      option(
        "urgent", String(LowerPriority.defaultUrgent),
        "From this priority on, lower ones are preempted at once; below, only for the first in line."),
      option(
        "worth", String(LowerPriority.defaultWorth),
        "Percent of what its waiting comes to that others may lose for the first in line."),
      option(
        "depth", String(ConservativeBackfill.defaultDepth),
        "How many get a slot of their own under conservative backfill."),
    ]
  }
}
