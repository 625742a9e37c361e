import Model

/// A need as lanes of one vector comparison: cpu, ram and gpu in thousandths, minus the priority, and the
/// `max_duration` in seconds (as long as can be when there is none).
///
/// Lanes are clamped and durations rounded down, so what passes is looked at again with exact numbers.
struct Need: Sendable {
  var lanes: SIMD8<Int32>

  static let most = Need(lanes: SIMD8(.max, .max, .max, .max, .max, 0, 0, 0))

  private init(lanes: SIMD8<Int32>) { self.lanes = lanes }

  private init(_ cpu: Thousandths, _ ram: Thousandths, _ gpu: Thousandths, _ fourth: Int, _ seconds: Int) {
    lanes = SIMD8(
      Int32(clamping: cpu.value), Int32(clamping: ram.value), Int32(clamping: gpu.value),
      Int32(clamping: fourth), Int32(clamping: seconds), 0, 0, 0)
  }

  init(_ waiting: Waiting) {
    let need = waiting.need
    self.init(
      need.cpu, need.ram, need.gpu, -waiting.priority, waiting.spec.maxDuration.map { Int($0) } ?? .max)
  }

  /// What `room` holds of needs whose priority is above `floor` (nil: any) and that last `seconds` at most.
  init(limit room: Room, above floor: Int?, within seconds: Int?) {
    self.init(room.cpu, room.ram, room.gpu, floor.map { -($0 + 1) } ?? .max, seconds ?? .max)
  }

  @inline(__always)
  func isWithin(_ limit: Need) -> Bool { !any(lanes .> limit.lanes) }

  mutating func formMinimum(_ other: Need) { lanes = pointwiseMin(lanes, other.lanes) }

  /// True when a chunk without this one might have higher minima.
  func touches(_ minimum: Need) -> Bool { any(lanes .== minimum.lanes) }

  var priority: Int { -Int(lanes[3]) }
}

/// A ladder as limits for needs.
struct NeedLimits: Sendable {
  private let base: Need
  /// Everything the highest priority could use; the base when no priority has more.
  private let top: Need
  private let steps: [(above: Int, limit: Need)]

  init(_ ladder: RoomLadder, above floor: Int?, within seconds: Int?) {
    func limit(_ room: Room, above step: Int) -> Need {
      Need(limit: room, above: max(step, floor ?? step), within: seconds)
    }
    base = Need(limit: ladder.base, above: floor, within: seconds)
    steps = ladder.steps.map { ($0.above, limit($0.room, above: $0.above)) }
    top = steps.first.map { limit(ladder.top, above: $0.above) } ?? base
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
