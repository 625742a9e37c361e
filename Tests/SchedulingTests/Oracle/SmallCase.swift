import Model

/// One thing that happens to a cluster. Deployments and nodes are named by their number; what does not apply any more
/// (it ended, it was removed) is passed over, so that any part of a case is a case.
enum Happening {
  case arrive(Resources, priority: Int, minRuntime: Int, preemptible: Bool)
  case end(Int)
  case retry(Int)
  case reprioritize(Int, to: Int)
  case drain(Int, Bool)
  case resize(Int, Resources)
  case addNode(Resources, managed: Bool)
  case removeNode(Int)
  case pause(Bool)
  /// Seconds.
  case wait(Int)
  case wake
}

/// A history of a small cluster, planned after every happening, or after several at once.
struct SmallCase: CustomStringConvertible {
  var interval: Int
  /// Those of one group are planned together.
  var groups: [[Happening]]

  init(seed: Int) {
    var random = SeededRandom(seed: seed)
    interval = random.pick([0, 1, 600])
    let nodeCount = random.pick([0, 1, 1, 1, 2, 2, 3, 3])
    groups = (0..<nodeCount).map { _ in [.addNode(Self.capacity(&random), managed: false)] }
    var arrivals = 0
    for _ in 0..<Int.random(in: 4...18, using: &random) {
      let size = random.chance(85) ? 1 : 3
      groups.append((0..<size).map { _ in Self.happening(&random, &arrivals, nodeCount) })
    }
  }

  /// One node full of small deployments that began at different times, then large ones of higher priority.
  static func crowded(seed: Int, small: Int) -> SmallCase {
    var random = SeededRandom(seed: seed)
    var crowded = SmallCase(interval: 600, groups: [])
    let capacity = Resources(4000 + small * 250, 8000 + small * 500, 4000)
    crowded.groups.append([.addNode(capacity, managed: false)])
    for _ in 0..<small {
      let need = Resources(
        random.pick([250, 500, 750, 1000]), random.pick([250, 500, 1500]),
        random.pick([0, 0, 200, 300, 600, 1000]))
      let priority = random.pick([10, 10, 10, 20])
      crowded.groups.append([.arrive(need, priority: priority, minRuntime: 0, preemptible: true)])
      crowded.groups.append([.wait(random.pick([0, 1, 2, 3, 7, 20]))])
    }
    for _ in 0..<2 {
      let need = Resources(
        capacity.cpu.value / random.pick([2, 3]), capacity.ram.value / random.pick([2, 4]),
        random.pick([0, 1500, 2000]))
      crowded.groups.append([.arrive(need, priority: 90, minRuntime: 0, preemptible: true)])
    }
    return crowded
  }

  private init(interval: Int, groups: [[Happening]]) {
    self.interval = interval
    self.groups = groups
  }

  private static func capacity(_ random: inout SeededRandom) -> Resources {
    Resources(
      random.pick([2000, 3000, 4000]), random.pick([4000, 6000]), random.pick([0, 500, 1000, 2000, 2500]))
  }

  private static func need(_ random: inout SeededRandom) -> Resources {
    Resources(
      random.pick([0, 500, 1000, 1000, 2000, 3500]), random.pick([0, 500, 1000, 2000, 4000]),
      random.pick([0, 0, 200, 500, 500, 700, 1000, 1500, 2000, 2500]))
  }

  private static func happening(
    _ random: inout SeededRandom, _ arrivals: inout Int, _ nodeCount: Int
  ) -> Happening {
    let one = Int.random(in: 1...max(1, arrivals), using: &random)
    let node = Int.random(in: 1...(nodeCount + 1), using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<52:
      arrivals += 1
      return .arrive(
        need(&random), priority: random.pick([10, 30, 50, 50, 90]),
        minRuntime: random.pick([0, 0, 0, 5, 20]),
        preemptible: random.chance(85))
    case 52..<67: return .end(one)
    case 67..<71: return .retry(one)
    case 71..<76: return .reprioritize(one, to: random.pick([5, 20, 50, 95]))
    case 76..<80: return .drain(node, random.chance(50))
    case 80..<82: return .resize(node, capacity(&random))
    case 82..<84: return .addNode(capacity(&random), managed: random.chance(30))
    case 84..<85: return .removeNode(node)
    case 85..<88: return .pause(random.chance(40))
    case 88..<95: return .wait(random.pick([1, 5, 15]))
    case _: return .wake
    }
  }

  var description: String {
    "interval \(interval)\n"
      + groups.map { "  " + $0.map { String(describing: $0) }.joined(separator: " + ") }.joined(
        separator: "\n")
  }

  // MARK: - Shrinking

  /// The smallest part of the case that still fails, by leaving out one happening after the other.
  func shrunk(while fails: (SmallCase) -> Bool) -> SmallCase {
    var smallest = self
    var changed = true
    while changed {
      changed = false
      for group in smallest.groups.indices.reversed() {
        for place in smallest.groups[group].indices.reversed() {
          var smaller = smallest
          smaller.groups[group].remove(at: place)
          guard fails(smaller) else { continue }
          smallest = smaller
          changed = true
        }
      }
    }
    smallest.groups.removeAll(where: \.isEmpty)
    return smallest
  }
}
