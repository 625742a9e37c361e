import Model

/// A need as four lanes for one vector comparison: cpu, ram and gpu in thousandths, and minus the priority.
///
/// Lanes are clamped, so what passes is looked at again with exact numbers.
struct Need: Sendable {
  var lanes: SIMD4<Int32>

  static let most = Need(lanes: SIMD4(repeating: .max))

  private init(lanes: SIMD4<Int32>) { self.lanes = lanes }

  private init(_ cpu: Thousandths, _ ram: Thousandths, _ gpu: Thousandths, _ last: Int) {
    lanes = SIMD4(
      Int32(clamping: cpu.value), Int32(clamping: ram.value), Int32(clamping: gpu.value),
      Int32(clamping: last))
  }

  init(_ need: Resources, priority: Int) { self.init(need.cpu, need.ram, need.gpu, -priority) }

  /// What `room` holds of needs whose priority is above `floor` (nil: any).
  init(limit room: Room, above floor: Int?) {
    self.init(room.cpu, room.ram, room.gpu, floor.map { -($0 + 1) } ?? .max)
  }

  @inline(__always)
  func isWithin(_ limit: Need) -> Bool { !any(lanes .> limit.lanes) }

  mutating func formMinimum(_ other: Need) { lanes = pointwiseMin(lanes, other.lanes) }

  /// True when a chunk without this one might have higher minima.
  func touches(_ minimum: Need) -> Bool { any(lanes .== minimum.lanes) }

  var priority: Int { -Int(lanes.w) }
}

/// A ladder as limits for needs.
struct NeedLimits: Sendable {
  private let base: Need
  /// Everything the highest priority could use; the base when no priority has more.
  private let top: Need
  private let steps: [(above: Int, limit: Need)]

  init(_ ladder: RoomLadder, above floor: Int?) {
    base = Need(limit: ladder.base, above: floor)
    steps = ladder.steps.map { ($0.above, Need(limit: $0.room, above: max($0.above, floor ?? $0.above))) }
    top = steps.first.map { Need(limit: ladder.top, above: max($0.above, floor ?? $0.above)) } ?? base
  }

  /// False only when no need with such minima fits.
  @inline(__always)
  func mayHold(_ minimum: Need) -> Bool { minimum.isWithin(base) || minimum.isWithin(top) }

  /// Whether the room is there for the priority it has; exact but for the clamping.
  @inline(__always)
  func hold(_ need: Need) -> Bool {
    if need.isWithin(base) { return true }
    guard need.isWithin(top) else { return false }
    return isWithinStep(need)
  }

  private func isWithinStep(_ need: Need) -> Bool {
    let priority = need.priority
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].above < priority { low = middle + 1 } else { high = middle }
    }
    return low > 0 && need.isWithin(steps[low - 1].limit)
  }
}
