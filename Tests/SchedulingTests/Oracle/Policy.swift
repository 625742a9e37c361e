import JSON
import Model
import Scheduling
import TestSupport

/// A strategy in words of its own: what the oracle goes by, and what the strategy that is tested is made from.
struct Policy: CustomStringConvertible {
  enum Order: String, CaseIterable {
    case priority
    case fifo
    case shortest
    case stretch
    case fair
  }

  enum Backfill: String, CaseIterable {
    case easy
    case conservative
    case none
  }

  var order = Order.priority
  /// Seconds a point of priority is worth.
  var interval = 600
  var stretch = 4
  var cap = 60
  var passesShortestFirst = false
  var backfill = Backfill.easy
  var depth = 100
  var preempts = true
  /// From this priority on, others are evicted at once.
  var urgent = 0
  /// Percent of what its waiting comes to that others may lose for a due head.
  var worth = 25
  /// Never, unless a case says otherwise.
  var maxSkip = 1_000_000_000
  var budget = 16

  init() {}

  init(_ random: inout SeededRandom) {
    order = random.pick(Order.allCases + [.priority])
    interval = random.pick([0, 1, 600])
    stretch = random.pick([0, 1, 4])
    cap = random.pick([0, 10, 60])
    passesShortestFirst = random.chance(30)
    backfill = random.pick([.easy, .easy, .easy, .conservative, .conservative, .none])
    depth = random.pick([1, 2, 100])
    preempts = random.chance(70)
    urgent = random.pick([0, 50, 90, 101])
    worth = random.pick([0, 25, 100, 1000])
    maxSkip = random.pick([0, 5, 30, 600])
    budget = random.pick([0, 1, 2, 3, 4])
  }

  /// As a cluster asks for it.
  func makeStrategy() throws -> ComposedStrategy {
    try StrategyCatalog.make(
      .object([
        "order": .string(order.rawValue), "interval": .int(interval), "stretch": .int(stretch),
        "cap": .int(cap),
        "backfill": .string(backfill.rawValue), "depth": .int(depth),
        "backfill_order": .string(passesShortestFirst ? "shortest" : "arrival"),
        "placement": "best_fit", "preemption": .string(preempts ? "lower_priority" : "none"),
        "urgent": .int(urgent), "worth": .int(worth), "max_skip": .int(maxSkip),
        "preemptions_per_hour": .int(budget),
      ]))
  }

  var description: String {
    "\(order) interval \(interval) stretch \(stretch) cap \(cap)\(passesShortestFirst ? " shortest pass" : ""), "
      + "\(backfill) depth \(depth), \(preempts ? "preempts urgent \(urgent) worth \(worth)" : "no preemption"), max_skip \(maxSkip), budget \(budget)"
  }
}
