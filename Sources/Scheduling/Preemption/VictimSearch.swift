import Model

/// The set of victims on one node that loses the least work, among those of the priorities that have to give way.
///
/// Branch and bound: starts from all of them gone and spares one after the other, the one with the most work first.
/// Exact for up to 16 candidates; above, the search ends after `stepLimit` steps, and above 64 at the first set,
/// which spares in that order whatever can be spared. Every result is minimal by inclusion, for sets are met only after all
/// their parts that spare more.
struct VictimSearch {
  private struct Candidate {
    let id: DeploymentID
    let held: Resources
    let gpus: [GPUShare]
    let work: Int
  }

  private static let exactCount = 16
  private static let searchedCount = 64
  private static let stepLimit = 20_000

  private let demand: Resources
  private let levels: EvictedLevels
  /// By work falling, then id.
  private let candidates: [Candidate]
  /// `tail[k]`: the work of the k cheapest.
  private let tail: [Int]
  /// The largest of each resource among the candidates from here on.
  private let largest: [Resources]
  /// Free once all candidates are gone that are not spared.
  private var free: Resources
  private var devices: GPUDevices
  /// What those not yet decided hold.
  private var undecided = Resources.zero
  private var evicted: [Int] = []
  private var work = 0
  private var best: (victims: [Int], work: Int) = ([], 0)
  private var steps = 0

  init(
    for pending: PendingDeployment, on node: NodeOccupancy, levels: EvictedLevels, weights: SizeWeights,
    now: Timestamp
  ) {
    demand = pending.demand
    self.levels = levels
    candidates = Self.candidates(on: node, levels, weights, now)
    tail = candidates.reversed().reduce(into: [0]) { $0.append($0.last! + $1.work) }
    var largest = [Resources.zero]
    for candidate in candidates.reversed() { largest.append(largest.last!.union(candidate.held)) }
    self.largest = largest.reversed()
    free = node.comingFree
    devices = node.comingDevices
    for candidate in candidates {
      free += candidate.held
      undecided += candidate.held
      devices.give(candidate.gpus)
    }
  }

  private static func candidates(
    on node: NodeOccupancy, _ levels: EvictedLevels, _ weights: SizeWeights, _ now: Timestamp
  ) -> [Candidate] {
    node.evictableAllocations
      .filter { levels.priorities.contains($0.priority) }
      .map {
        let elapsed = now.milliseconds - $0.savedAt.milliseconds
        return Candidate(
          id: $0.id, held: $0.held, gpus: $0.attempt.gpus,
          work: $0.isNomination ? 0 : weights.work(milliseconds: elapsed, of: $0.held))
      }
      .sorted { ($1.work, $0.id) < ($0.work, $1.id) }
  }

  mutating func leastLoss() -> Loss {
    spareInOrder()
    if candidates.count <= Self.searchedCount { search(from: 0) }
    return Loss(levels: levels, work: best.work, victims: best.victims.map { candidates[$0].id })
  }

  private var suffices: Bool {
    FreeCapacity(cpu: free.cpu, ram: free.ram, gpu: devices.largest).holds(demand)
  }

  private mutating func spare(_ place: Int) {
    free -= candidates[place].held
    devices.take(candidates[place].gpus)
  }

  private mutating func evict(_ place: Int) {
    free += candidates[place].held
    devices.give(candidates[place].gpus)
  }

  /// The search's first answer, without its depth: there may be any number of candidates.
  private mutating func spareInOrder() {
    var victims: [Int] = []
    var spared: [Int] = []
    var work = 0
    for place in candidates.indices {
      spare(place)
      if suffices {
        spared.append(place)
      } else {
        evict(place)
        victims.append(place)
        work += candidates[place].work
      }
    }
    for place in spared { evict(place) }
    best = (victims, work)
  }

  private mutating func search(from place: Int) {
    steps += 1
    guard candidates.count <= Self.exactCount || steps <= Self.stepLimit else { return }
    guard canImprove(from: place) else { return }
    guard place < candidates.count else {
      best = (evicted, work)
      return
    }
    undecided -= candidates[place].held
    spare(place)
    if suffices { search(from: place + 1) }
    evict(place)
    evicted.append(place)
    work += candidates[place].work
    search(from: place + 1)
    work -= candidates[place].work
    evicted.removeLast()
    undecided += candidates[place].held
  }

  /// Whether the best that may still come of here is less than the best known. What is equal is not: of equal sets
  /// the first one found is the one to keep.
  private func canImprove(from place: Int) -> Bool {
    let more = leastFurtherVictims(from: place)
    guard more <= candidates.count - place else { return false }
    return (work + tail[more], evicted.count + more) < (best.work, best.victims.count)
  }

  /// No fewer than this many of the undecided have to go besides those that already do.
  private func leastFurtherVictims(from place: Int) -> Int {
    let missing = demand - (free - undecided)
    let missingGPU = demand.gpu - (devices.sum - undecided.gpu)
    return max(
      Self.quotient(missing.cpu, largest[place].cpu), Self.quotient(missing.ram, largest[place].ram),
      Self.quotient(missingGPU, largest[place].gpu))
  }

  private static func quotient(_ missing: Thousandths, _ each: Thousandths) -> Int {
    guard missing > .zero else { return 0 }
    return each > .zero ? (missing.value + each.value - 1) / each.value : .max
  }
}

extension Resources {
  /// The larger of each part.
  fileprivate func union(_ other: Resources) -> Resources {
    Resources(cpu: max(cpu, other.cpu), ram: max(ram, other.ram), gpu: max(gpu, other.gpu))
  }
}
