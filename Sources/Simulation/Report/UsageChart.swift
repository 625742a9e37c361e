import Model

/// Quantities of the cluster over time.
struct UsageChart {
  struct Series {
    /// A class of the style sheet.
    let style: String
    let amount: (Timeline.Sample) -> Double
  }

  private static let height = 190.0
  private static let top = 10.0
  private static let bottom = 164.0
  private static let columns = 500

  let timeline: Timeline
  let label: String
  let series: [Series]
  /// Nil: as much as there is.
  let most: Double?
  let unit: String

  var svg: String {
    let lines = series.map { ($0.style, means($0)) }
    let highest = most ?? max(1, lines.flatMap(\.1).max() ?? 1)
    let value = Axis(from: 0, to: highest, start: Self.bottom, length: Self.top - Self.bottom)
    var content = TimeAxis(timeline).grid(top: Self.top, bottom: Self.bottom)
    for tick in value.ticks(about: 4, steps: most == nil ? Axis.decimalSteps : [25]) {
      let y = value.place(tick)
      content += Markup.line(ReportLayout.left, y, ReportLayout.right, y, "grid")
      content += Markup.text(
        ResultTable.number(tick) + unit, x: ReportLayout.left - 8, y: y + 4, "end")
    }
    for (style, means) in lines { content += drawing(means, value, style) }
    return Markup.svg(height: Self.height, label: label, content)
  }

  private func means(_ series: Series) -> [Double] {
    var columns = Columns(count: Self.columns, over: timeline)
    for (index, sample) in timeline.samples.enumerated() {
      let next = index + 1 < timeline.samples.count ? timeline.samples[index + 1].time : timeline.end
      columns.add(series.amount(sample), from: sample.time, to: next)
    }
    return columns.means
  }

  private func drawing(_ means: [Double], _ value: Axis, _ style: String) -> String {
    let step = ReportLayout.plot / Double(means.count)
    func x(_ index: Int) -> String { Markup.number(ReportLayout.left + step * (Double(index) + 0.5)) }
    let line = means.indices.map { index in
      (index == 0 ? "M" : "L") + x(index) + " " + Markup.number(value.place(means[index]))
    }.joined()
    let base = Markup.number(Self.bottom)
    let area = line + "L\(x(means.count - 1)) \(base)L\(x(0)) \(base)Z"
    // Areas of several would hide each other.
    return (series.count == 1 ? Markup.path(area, "area \(style)") : "") + Markup.path(line, "line \(style)")
  }
}
