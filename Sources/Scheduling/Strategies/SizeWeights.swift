import Model

/// One integer for a size: cpu, ram and gpu each as a share of the most any node has, summed.
struct SizeWeights {
  /// What all of the largest node's amount of one resource counts.
  static let whole = 1 << 40

  private let cpu: Int
  private let ram: Int
  private let gpu: Int

  init(_ largest: Resources) {
    cpu = Self.weight(largest.cpu)
    ram = Self.weight(largest.ram)
    gpu = Self.weight(largest.gpu)
  }

  private static func weight(_ amount: Thousandths) -> Int { amount.value > 0 ? whole / amount.value : 0 }

  @inline(__always)
  func size(of resources: Resources) -> Int {
    resources.cpu.value &* cpu &+ resources.ram.value &* ram &+ resources.gpu.value &* gpu
  }

  /// Milliseconds times size, coarser so that years of a whole node stay far from overflow.
  func work(milliseconds: Int, of resources: Resources) -> Int {
    max(0, milliseconds) * (size(of: resources) >> 20)
  }
}
