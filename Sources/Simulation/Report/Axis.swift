/// Values along a line of the page, with ticks at round ones.
struct Axis {
  let from: Double
  let to: Double
  let start: Double
  let length: Double

  /// Where a value lies.
  func place(_ value: Double) -> Double {
    to > from ? start + length * (value - from) / (to - from) : start
  }

  /// Round values in the range, not more than about so many.
  func ticks(about count: Int, steps: [Double]) -> [Double] {
    let wanted = (to - from) / Double(count)
    guard let step = steps.first(where: { $0 >= wanted }) ?? steps.last, to > from else { return [from] }
    var ticks: [Double] = []
    var tick = (from / step).rounded(.up) * step
    while tick <= to + step / 1000 {
      ticks.append(tick)
      tick += step
    }
    return ticks
  }

  /// 1, 2, 5, 10, 20, …
  static let decimalSteps: [Double] = {
    var steps: [Double] = []
    var power = 1.0
    while power < 1e12 {
      steps += [power, 2 * power, 5 * power]
      power *= 10
    }
    return steps
  }()

  /// Seconds, in steps that clocks and calendars have.
  static let timeSteps: [Double] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]
    + decimalSteps.map { $0 * 86_400 }
}

/// Time along the charts of a page: from the first submission on.
struct TimeAxis {
  private let axis: Axis

  init(_ timeline: Timeline) {
    // A simulation of one instant is drawn as a second.
    let seconds = max(1, Double(timeline.end - timeline.begin) / 1000)
    axis = Axis(from: 0, to: seconds, start: ReportLayout.left, length: ReportLayout.plot)
  }

  /// Lines across a chart, and under it what they mean.
  func grid(top: Double, bottom: Double) -> String {
    axis.ticks(about: 10, steps: Axis.timeSteps).map { tick in
      let x = axis.place(tick)
      return Markup.line(x, top, x, bottom, "grid")
        + Markup.text(Durations.text(tick), x: x, y: bottom + 16, "middle")
    }.joined()
  }
}
