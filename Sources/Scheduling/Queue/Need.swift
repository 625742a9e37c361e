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
