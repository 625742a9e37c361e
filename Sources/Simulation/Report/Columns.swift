/// A quantity over time, averaged over the columns of a chart.
struct Columns {
  private(set) var means: [Double]
  private let begin: Double
  private let width: Double

  /// Times in milliseconds.
  init(count: Int, over timeline: Timeline) {
    means = Array(repeating: 0, count: count)
    begin = Double(timeline.begin)
    width = max(1, Double(timeline.end - timeline.begin)) / Double(count)
  }

  /// Where a time lies, in columns.
  func place(_ time: Int) -> Double { (Double(time) - begin) / width }

  /// Adds an amount that held from one time to another.
  mutating func add(_ amount: Double, from start: Int, to end: Int) {
    let first = max(0, place(start))
    let last = min(Double(means.count), place(end))
    guard last > first else { return }
    for column in Int(first)..<min(means.count, Int(last.rounded(.up))) {
      means[column] += amount * (min(last, Double(column + 1)) - max(first, Double(column)))
    }
  }
}
