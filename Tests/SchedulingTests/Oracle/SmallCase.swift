import Model
import TestSupport

/// A history of a small cluster, planned after every event, or after several at once.
struct SmallCase: CustomStringConvertible {
  var policy: Policy
  /// Those of one group are planned together.
  var groups: [[ModelEvent]]

  init(seed: Int) {
    var random = SeededRandom(seed: seed)
    policy = Policy(&random)
    let flavour = Flavour(&random)
    let nodeCount = random.pick([0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3])
    groups = (0..<nodeCount).map { _ in
      [
        .addNode(
          ModelEvent.capacity(&random, flavour), managed: false, zone: ModelEvent.zone(&random, flavour))
      ]
    }
    var arrivals = 0
    for _ in 0..<Int.random(in: 6...24, using: &random) {
      let size = random.chance(85) ? 1 : 3
      groups.append(
        (0..<size).map { _ in
          let event = ModelEvent(&random, flavour, arrivals: arrivals, nodeCount: nodeCount)
          if case .arrive = event { arrivals += 1 }
          return event
        })
    }
  }

  /// One node full of small deployments that began at different times, then large ones of higher priority.
  static func crowded(seed: Int, small: Int) -> SmallCase {
    var random = SeededRandom(seed: seed)
    var crowded = SmallCase(policy: Policy(), groups: [])
    let capacity = Resources(4000 + small * 250, 8000 + small * 500, 4000)
    crowded.groups.append([.addNode(capacity, managed: false, zone: nil)])
    for id in 1...small {
      var asked = Asked(
        Resources(
          random.pick([250, 500, 750, 1000]), random.pick([250, 500, 1500]),
          random.pick([0, 0, 200, 300, 600, 1000])))
      asked.priority = random.pick([10, 10, 10, 20])
      crowded.groups.append([.arrive(asked)])
      crowded.groups.append([.wait(random.pick([0, 1, 2, 3, 7, 20]))])
      if random.chance(20) { crowded.groups.append([.checkpoint(id)]) }
    }
    for _ in 0..<2 {
      var asked = Asked(
        Resources(
          capacity.cpu.value / random.pick([2, 3]), capacity.ram.value / random.pick([2, 4]),
          random.pick([0, 1500, 2000])))
      asked.priority = 90
      crowded.groups.append([.arrive(asked)])
    }
    return crowded
  }

  /// One deployment that has to make room for an urgent one again and again, for hours.
  static func thrashing(seed: Int) -> SmallCase {
    var random = SeededRandom(seed: seed)
    var thrashing = SmallCase(policy: Policy(), groups: [])
    thrashing.policy.budget = random.pick([0, 1, 2, 3])
    thrashing.policy.maxSkip = random.pick([0, 30, 600])
    var asked = Asked(Resources(1500, 1000))
    asked.priority = 10
    thrashing.groups = [
      [.addNode(Resources(2000, 2000), managed: false, zone: nil)], [.arrive(asked)],
    ]
    asked.priority = 95
    for round in 0..<14 {
      thrashing.groups.append([.wait(random.pick([1, 100, 600, 1500]))])
      if random.chance(30) { thrashing.groups.append([.checkpoint(1)]) }
      thrashing.groups.append([.arrive(asked)])
      thrashing.groups.append([random.chance(20) ? .wake : .wait(random.pick([1, 60]))])
      thrashing.groups.append([.end(round + 2)])
    }
    return thrashing
  }

  init(policy: Policy, groups: [[ModelEvent]]) {
    self.policy = policy
    self.groups = groups
  }

  var description: String {
    "\(policy)\n"
      + groups.map { "  " + $0.map { String(describing: $0) }.joined(separator: " + ") }
      .joined(separator: "\n")
  }

  // MARK: - Shrinking

  /// The smallest part of the case that still fails, by leaving out one event after the other, and then what is
  /// not needed of those that are left.
  func shrunk(while fails: (SmallCase) -> Bool) -> SmallCase {
    var smallest = self
    var changed = true
    while changed {
      changed = smallest.leaveOut(fails) || smallest.simplify(fails)
    }
    smallest.groups.removeAll(where: \.isEmpty)
    return smallest
  }

  private mutating func leaveOut(_ fails: (SmallCase) -> Bool) -> Bool {
    var changed = false
    for group in groups.indices.reversed() {
      for place in groups[group].indices.reversed() {
        var smaller = self
        smaller.groups[group].remove(at: place)
        guard fails(smaller) else { continue }
        self = smaller
        changed = true
      }
    }
    return changed
  }

  private mutating func simplify(_ fails: (SmallCase) -> Bool) -> Bool {
    var changed = false
    for group in groups.indices {
      for place in groups[group].indices {
        let whole = self
        let simpler = groups[group][place].simpler.map { event in
          var other = whole
          other.groups[group][place] = event
          return other
        }
        guard let found = simpler.first(where: fails) else { continue }
        self = found
        changed = true
      }
    }
    return changed
  }
}
