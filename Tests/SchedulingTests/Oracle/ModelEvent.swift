import Model
import TestSupport

/// The things there are in a case: one that has everything seldom comes close to anything.
struct Flavour {
  let hasGPUs: Bool
  let hasLengths: Bool
  let hasUsers: Bool
  let hasZones: Bool
  let priorities: [Int]

  init(_ random: inout SeededRandom) {
    hasGPUs = random.chance(60)
    hasLengths = random.chance(70)
    hasUsers = random.chance(50)
    hasZones = random.chance(30)
    priorities = random.pick([[50], [10, 50, 90], [10, 20, 30, 50, 50, 90]])
  }
}

/// A deployment that is asked for.
struct Asked {
  var demand: Resources
  var priority = 50
  var minRuntime = 0
  var preemptible = true
  /// Seconds.
  var maxDuration: Int?
  var user = 1
  /// The zones it may run in; any where there are none.
  var zones: [String] = []

  init(_ demand: Resources) { self.demand = demand }

  init(_ random: inout SeededRandom, _ flavour: Flavour) {
    demand = Resources(
      random.pick([0, 500, 1000, 1000, 2000, 2000, 3000]), random.pick([0, 500, 1000, 2000, 3000]),
      flavour.hasGPUs ? random.pick([0, 0, 200, 500, 500, 700, 1000, 1500, 2000]) : 0)
    priority = random.pick(flavour.priorities)
    minRuntime = random.pick([0, 0, 0, 0, 5, 20])
    preemptible = random.chance(88)
    if flavour.hasLengths { maxDuration = random.pick([nil, 5, 10, 10, 20, 60]) }
    user = flavour.hasUsers ? random.pick([1, 1, 2, 3]) : 1
    if flavour.hasZones { zones = random.pick([[], [], [], ["a"], ["b"], ["a", "b"]]) }
  }

  /// The same with one thing less to think of.
  var simpler: [Asked] {
    var all: [Asked] = []
    func with(_ change: (inout Asked) -> Void) {
      var one = self
      change(&one)
      all.append(one)
    }
    if demand.gpu > .zero { with { $0.demand.gpu = .zero } }
    if demand.ram > .zero { with { $0.demand.ram = .zero } }
    if minRuntime > 0 { with { $0.minRuntime = 0 } }
    if !preemptible { with { $0.preemptible = true } }
    if maxDuration != nil { with { $0.maxDuration = nil } }
    if user > 1 { with { $0.user = 1 } }
    if !zones.isEmpty { with { $0.zones = [] } }
    return all
  }
}

/// One thing that happens to a cluster. Deployments and nodes are named by their number; what does not apply any more
/// (it ended, it was removed) is passed over, so that any part of a case is a case.
enum ModelEvent {
  case arrive(Asked)
  case end(Int)
  case retry(Int)
  case checkpoint(Int)
  case reprioritize(Int, to: Int)
  /// A user's limit in this cluster; nil: none.
  case limit(Int, Resources?)
  case drain(Int, Bool)
  case resize(Int, Resources)
  case addNode(Resources, managed: Bool, zone: String?)
  case relabel(Int, zone: String?)
  case removeNode(Int)
  case pause(Bool)
  /// Seconds.
  case wait(Int)
  /// Until the next end that is known of what runs, and nobody ends it.
  case waitForEnd
  case wake

  static func capacity(_ random: inout SeededRandom, _ flavour: Flavour) -> Resources {
    Resources(
      random.pick([2000, 3000, 4000]), random.pick([3000, 4000, 6000]),
      flavour.hasGPUs ? random.pick([500, 1000, 2000, 2000, 2500]) : 0)
  }

  static func zone(_ random: inout SeededRandom, _ flavour: Flavour) -> String? {
    flavour.hasZones ? random.pick([nil, "a", "a", "b"]) : nil
  }

  init(_ random: inout SeededRandom, _ flavour: Flavour, arrivals: Int, nodeCount: Int) {
    let one = Int.random(in: 1...max(1, arrivals), using: &random)
    let node = Int.random(in: 1...(nodeCount + 1), using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<50: self = .arrive(Asked(&random, flavour))
    case 50..<66: self = .end(one)
    case 66..<68: self = .retry(one)
    case 68..<71: self = .checkpoint(one)
    case 71..<75: self = .reprioritize(one, to: random.pick([5, 20, 50, 95]))
    case 75..<78:
      self =
        flavour.hasUsers ? .limit(random.pick([1, 2]), Self.limit(&random)) : .wait(random.pick([1, 5]))
    case 78..<81: self = .drain(node, random.chance(30))
    case 81..<82: self = .resize(node, Self.capacity(&random, flavour))
    case 82..<83: self = .relabel(node, zone: Self.zone(&random, flavour))
    case 83..<84:
      self = .addNode(
        Self.capacity(&random, flavour), managed: random.chance(30), zone: Self.zone(&random, flavour))
    case 84..<85: self = .removeNode(node)
    case 85..<87: self = .pause(random.chance(25))
    case 87..<92: self = .wait(random.pick([1, 5, 5, 15, 30, 600, 3600]))
    case 92..<96: self = flavour.hasLengths ? .waitForEnd : .wait(5)
    case _: self = .wake
    }
  }

  private static func limit(_ random: inout SeededRandom) -> Resources? {
    guard random.chance(75) else { return nil }
    return Resources(
      random.pick([500, 2000, 3500, 6000]), random.pick([2000, 8000]), random.pick([0, 1000, 3000]))
  }

  var simpler: [ModelEvent] {
    switch self {
    case .arrive(let asked): return asked.simpler.map(ModelEvent.arrive)
    case .addNode(let capacity, let managed, let zone):
      var plain = capacity
      plain.gpu = .zero
      return (zone == nil ? [] : [.addNode(capacity, managed: managed, zone: nil)])
        + (capacity.gpu > .zero ? [.addNode(plain, managed: managed, zone: zone)] : [])
    case .end, .retry, .checkpoint, .reprioritize, .limit, .drain, .resize, .relabel, .removeNode, .pause,
      .wait,
      .waitForEnd, .wake:
      return []
    }
  }
}
