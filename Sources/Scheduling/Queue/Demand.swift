import Model

/// A demand as lanes of one vector comparison: cpu, ram and gpu in thousandths, minus the priority, and the
/// `max_duration` in seconds (as long as can be when there is none).
///
/// Lanes are clamped and durations rounded down, so what passes is looked at again with exact numbers.
struct Demand: Sendable {
  var lanes: SIMD8<Int32>

  static let most = Demand(lanes: SIMD8(.max, .max, .max, .max, .max, 0, 0, 0))

  private init(lanes: SIMD8<Int32>) { self.lanes = lanes }

  private init(_ cpu: Thousandths, _ ram: Thousandths, _ gpu: Thousandths, _ fourth: Int, _ seconds: Int) {
    lanes = SIMD8(
      Int32(clamping: cpu.value), Int32(clamping: ram.value), Int32(clamping: gpu.value),
      Int32(clamping: fourth), Int32(clamping: seconds), 0, 0, 0)
  }

  init(_ pending: PendingDeployment) {
    let demand = pending.demand
    self.init(
      demand.cpu, demand.ram, demand.gpu, -pending.priority, pending.spec.maxDuration.map { Int($0) } ?? .max)
  }

  /// What `capacity` holds of demands whose priority is above `floor` (nil: any) and that last `seconds` at most.
  init(limit freeCapacity: FreeCapacity, above floor: Int?, within seconds: Int?) {
    self.init(
      freeCapacity.cpu, freeCapacity.ram, freeCapacity.gpu, floor.map { -($0 + 1) } ?? .max, seconds ?? .max)
  }

  @inline(__always)
  func isWithin(_ limit: Demand) -> Bool { !any(lanes .> limit.lanes) }

  mutating func formMinimum(_ other: Demand) { lanes = pointwiseMin(lanes, other.lanes) }

  /// True when a chunk without this one might have higher minima.
  func touches(_ minimum: Demand) -> Bool { any(lanes .== minimum.lanes) }

  var priority: Int { -Int(lanes[3]) }
}

/// A ladder as limits for demands.
struct DemandLimits: Sendable {
  private let base: Demand
  /// Everything the highest priority could use; the base when no priority has more.
  private let top: Demand
  private let steps: [(above: Int, limit: Demand)]

  init(_ ladder: CapacityLadder, above floor: Int?, within seconds: Int?) {
    func limit(_ freeCapacity: FreeCapacity, above step: Int) -> Demand {
      Demand(limit: freeCapacity, above: max(step, floor ?? step), within: seconds)
    }
    base = Demand(limit: ladder.base, above: floor, within: seconds)
    steps = ladder.steps.map { ($0.above, limit($0.freeCapacity, above: $0.above)) }
    top = steps.first.map { limit(ladder.top, above: $0.above) } ?? base
  }

  /// False only when no demand with such minima fits.
  @inline(__always)
  func mayHold(_ minimum: Demand) -> Bool { minimum.isWithin(base) || minimum.isWithin(top) }

  /// Whether the room is there for the priority it has; exact but for the clamping.
  @inline(__always)
  func hold(_ demand: Demand) -> Bool {
    if demand.isWithin(base) { return true }
    guard demand.isWithin(top) else { return false }
    return isWithinStep(demand)
  }

  private func isWithinStep(_ demand: Demand) -> Bool {
    let priority = demand.priority
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].above < priority { low = middle + 1 } else { high = middle }
    }
    return low > 0 && demand.isWithin(steps[low - 1].limit)
  }
}
