/// The figures that are said of many values. Quantiles are values that occurred: the nearest rank.
package struct Distribution: Sendable, Equatable {
  package let mean: Double
  package let p50: Double
  package let p95: Double
  package let p99: Double
  package let max: Double

  /// Nil of nothing.
  package init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double {
      sorted[Swift.max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
    }
    mean = values.reduce(0, +) / Double(values.count)
    p50 = quantile(0.5)
    p95 = quantile(0.95)
    p99 = quantile(0.99)
    max = sorted[sorted.count - 1]
  }
}
