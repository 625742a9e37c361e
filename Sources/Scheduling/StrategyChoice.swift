import JSON
import Model

extension StrategyCatalog {
  /// The strategy that a cluster's `strategy` asks for: a name, or an object of parts and options; parts not named are
  /// those of the default.
  package static func make(_ choice: JSONValue) throws(StrategyChoiceError) -> ComposedStrategy {
    if let name = choice.string {
      guard let strategy = strategy(named: name) else { throw .notOne(of: all.map(\.name), at: "") }
      return strategy
    }
    guard let parts = choice.object else {
      throw StrategyChoiceError(pointer: "", message: "must be a name or an object of parts")
    }
    return try make(parts, from: standard)
  }

  /// A strategy with some of its parts and options replaced.
  package static func make(
    _ parts: JSONObject, from base: ComposedStrategy
  ) throws(StrategyChoiceError) -> ComposedStrategy {
    var draft = StrategyDraft(base)
    for part in parts.members { try draft.set(part.key, part.value) }
    return try draft.strategy()
  }
}

/// What is wrong with a `strategy` that was asked for.
package struct StrategyChoiceError: Error, Sendable {
  /// A JSON Pointer within the choice; empty for the whole of it.
  package let pointer: String
  /// To follow the name of the parameter: `must be …`.
  package let message: String

  package init(pointer: String, message: String) {
    self.pointer = pointer
    self.message = message
  }

  static func notOne(of names: [String], at pointer: String) -> Self {
    Self(pointer: pointer, message: "must be one of: \(names.joined(separator: ", "))")
  }
}

/// A strategy while its parts are being named, in any order.
private struct StrategyDraft {
  private let base: ComposedStrategy
  private var order: String
  private var interval = PriorityOrder.defaultInterval
  private var stretch = StretchOrder.defaultStretch
  private var cap = StretchOrder.defaultCap
  private var urgent = LowerPriority.defaultUrgent
  private var worth = LowerPriority.defaultWorth
  private var depth = ConservativeBackfill.defaultDepth
  private var passOrder: String
  private var rules: QueueRules
  private var parts: StrategyParts

  init(_ base: ComposedStrategy) {
    self.base = base
    order = base.rules.isFair ? "fair" : base.rules.order.name
    if let priority = base.rules.order as? PriorityOrder { interval = priority.interval }
    if let order = base.rules.order as? StretchOrder { (stretch, cap) = (order.stretch, order.cap) }
    passOrder = base.rules.passOrder == nil ? "arrival" : "shortest"
    rules = base.rules
    parts = base.parts
  }

  mutating func set(_ key: String, _ value: JSONValue) throws(StrategyChoiceError) {
    switch key {
    case "order": order = try name(value, of: OrderCatalog.names, at: key)
    case "placement":
      parts.placement = try part(value, PlacementCatalog.all.map { ($0.name, $0) }, at: key)
    case "backfill": parts.backfill = try part(value, BackfillCatalog.all.map { ($0.name, $0) }, at: key)
    case "backfill_order": passOrder = try name(value, of: ["arrival", "shortest"], at: key)
    case "preemption":
      parts.preemption = try part(value, PreemptionCatalog.all.map { ($0.name, $0) }, at: key)
    case "interval": interval = try number(value, 0...1_000_000, at: key)
    case "stretch": stretch = try number(value, 0...1000, at: key)
    case "cap": cap = try number(value, 0...1_000_000_000, at: key)
    case "max_skip": rules.maxSkip = try number(value, 0...1_000_000_000, at: key)
    case "preemptions_per_hour":
      rules.preemptionsPerHour = try number(value, 0...Deployment.rememberedPreemptions, at: key)
    case "urgent": urgent = try number(value, 0...101, at: key)
    case "worth": worth = try number(value, 0...1_000_000, at: key)
    case "depth": depth = try number(value, 1...1000, at: key)
    default:
      let known = ComposedStrategy.optionNames.joined(separator: ", ")
      throw StrategyChoiceError(pointer: "/" + key, message: "is not known; known are: \(known)")
    }
  }

  func strategy() throws(StrategyChoiceError) -> ComposedStrategy {
    var rules = rules
    var parts = parts
    rules.order = OrderCatalog.order(named: order, interval: interval, stretch: stretch, cap: cap)
    rules.isFair = order == "fair"
    rules.passOrder = passOrder == "shortest" ? ShortestOrder(tie: .arrival) : nil
    if parts.preemption is LowerPriority { parts.preemption = LowerPriority(urgent: urgent, worth: worth) }
    if parts.backfill is ConservativeBackfill { parts.backfill = ConservativeBackfill(depth: depth) }
    return ComposedStrategy(
      name: base.name, description: base.description, rules: rules, parts: parts)
  }

  private func name(_ value: JSONValue, of names: [String], at key: String) throws(StrategyChoiceError)
    -> String
  {
    guard let name = value.string, names.contains(name) else { throw .notOne(of: names, at: "/" + key) }
    return name
  }

  private func part<Part>(
    _ value: JSONValue, _ known: [(name: String, part: Part)], at key: String
  ) throws(StrategyChoiceError) -> Part {
    guard let found = known.first(where: { $0.name == value.string }) else {
      throw .notOne(of: known.map(\.name), at: "/" + key)
    }
    return found.part
  }

  private func number(
    _ value: JSONValue, _ range: ClosedRange<Int>, at key: String
  ) throws(StrategyChoiceError) -> Int {
    guard let number = value.int, range.contains(number) else {
      throw StrategyChoiceError(
        pointer: "/" + key, message: "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
