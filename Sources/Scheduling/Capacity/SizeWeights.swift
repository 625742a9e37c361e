import Model

/// One integer for a size: cpu, ram and gpu each as a share of the most any node has; gpu counts four times.
///
/// GPUs run out first and cannot be pieced together, so what is left of them weighs more. Measured with `BestFit` on
/// openb (mean GPU allocation at 130 %): 92.4 with equal weights, 93.2 without ram (as published), 93.8 so.
struct SizeWeights {
  /// What all of the largest node's cpu or ram counts.
  private static let whole = 1 << 40
  private static let gpuFactor = 4
  /// 34 years; the product with the largest size still fits.
  private static let longest = 1 << 40

  private let cpu: Int
  private let ram: Int
  private let gpu: Int

  init(_ largest: Resources) {
    cpu = Self.weight(largest.cpu)
    ram = Self.weight(largest.ram)
    gpu = Self.weight(largest.gpu) * Self.gpuFactor
  }

  private static func weight(_ amount: Thousandths) -> Int { amount.value > 0 ? whole / amount.value : 0 }

  /// Of no more than the largest node has of each.
  func size(of resources: Resources) -> Int {
    size(cpu: resources.cpu, ram: resources.ram, gpu: resources.gpu)
  }

  @inline(__always)
  func size(cpu: Thousandths, ram: Thousandths, gpu: Thousandths) -> Int {
    cpu.value &* self.cpu &+ ram.value &* self.ram &+ gpu.value &* self.gpu
  }

  /// Time times size, coarser.
  func work(milliseconds: Int, of resources: Resources) -> Int {
    min(Self.longest, max(0, milliseconds)) * (size(of: resources) >> 20)
  }
}
