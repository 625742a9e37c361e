import Model
import TestSupport

extension SmallCase {
  /// A crowd of several priorities on nodes whose agents take their time, with all that can come between.
  static func stopping(seed: Int) -> SmallCase {
    var random = SeededRandom(seed: seed)
    var policy = Policy(&random)
    policy.preempts = random.chance(95)
    policy.urgent = random.pick([0, 0, 50, 90])
    policy.budget = random.pick([1, 4, 16])
    var flavour = Flavour(&random)
    while flavour.priorities.count == 1 { flavour = Flavour(&random) }
    var stopping = SmallCase(policy: policy, groups: [])
    let nodeCount = random.pick([1, 1, 2, 2, 3])
    for _ in 0..<nodeCount {
      let capacity = ModelEvent.capacity(&random, flavour)
      let zone = ModelEvent.zone(&random, flavour)
      stopping.groups.append([.addNode(capacity, managed: random.chance(10), zone: zone)])
    }
    var arrivals = 0
    for _ in 0..<Int.random(in: 8...40, using: &random) {
      let size = random.chance(85) ? 1 : 3
      stopping.groups.append(
        (0..<size).map { _ in
          let event = ModelEvent.amongStops(&random, flavour, arrivals: arrivals, nodeCount: nodeCount)
          if case .arrive = event { arrivals += 1 }
          return event
        })
    }
    return stopping
  }
}

extension ModelEvent {
  fileprivate static func amongStops(
    _ random: inout SeededRandom, _ flavour: Flavour, arrivals: Int, nodeCount: Int
  ) -> ModelEvent {
    // Those that came lately are those that are nominated.
    let oldest = max(1, random.chance(50) ? arrivals - 4 : 1)
    let one = Int.random(in: oldest...max(oldest, arrivals), using: &random)
    let node = Int.random(in: 1...nodeCount, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<48: return .arrive(Asked(&random, flavour))
    case 48..<66: return .end(one)
    case 66..<73: return .checkpoint(one)
    case 73..<77: return .reprioritize(one, to: random.pick([5, 20, 50, 95]))
    case 77..<79: return .retry(one)
    case 79..<83: return .wake
    case 83..<87: return .drain(node, random.chance(35))
    case 87..<90: return .resize(node, capacity(&random, flavour))
    case 90..<91: return .relabel(node, zone: zone(&random, flavour))
    case 91..<92: return .removeNode(node)
    case 92..<95: return .pause(random.chance(30))
    case 95..<97: return .limit(random.pick([1, 2]), random.chance(60) ? Resources(3500, 8000, 1000) : nil)
    case 97..<98: return .waitForEnd
    case _: return .wait(random.pick([1, 5, 30, 600]))
    }
  }
}
