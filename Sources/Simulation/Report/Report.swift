import Model

/// A simulation as one page that needs nothing else: no network, no script.
package struct Report {
  private let timeline: Timeline
  private let workload: Workload
  private let capacity: Resources
  private let records: [JobRecord]
  private let result: SimulationResult
  private let styles: PriorityStyles
  private let title: String
  private let subtitle: String

  /// Nil when the simulation kept no timeline. `title` says the strategy, `subtitle` where the workload is from.
  package init?(_ simulation: Simulation, _ result: SimulationResult, title: String, subtitle: String) {
    guard let timeline = simulation.ledger.timeline else { return nil }
    self.timeline = timeline
    workload = simulation.ledger.workload
    capacity = simulation.ledger.capacity
    records = simulation.ledger.records
    self.result = result
    styles = PriorityStyles(result.byPriority.map(\.priority))
    self.title = title
    self.subtitle = subtitle
  }

  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Markup.escape(title))</title>
    <style>
    \(ReportStyle.sheet)
    </style>
    </head>
    <body>
    <main>
    <h1>\(Markup.escape(title))</h1>
    <p>\(Markup.escape(subtitle))</p>
    \(ReportFigures(result).tiles)
    \(usage)\(queue)\(waits)\(gantt)</main>
    </body>
    </html>

    """
  }

  private func section(_ heading: String, _ caption: String, _ content: String) -> String {
    "<section>\n<h2>\(heading)</h2>\n<p>\(caption)</p>\n\(content)</section>\n"
  }

  private var usage: String {
    var series: [UsageChart.Series] = []
    var legend = ""
    func add(_ name: String, _ style: String, _ part: @escaping (Resources) -> Thousandths) {
      let all = Double(part(capacity).value)
      guard all > 0 else { return }
      series.append(.init(style: style) { 100 * Double(part($0.used).value) / all })
      legend += "<span class=\"key \(style)\">\(name)</span>"
    }
    add("cpu", "cpu", \.cpu)
    add("gpu", "gpu", \.gpu)
    let chart = UsageChart(
      timeline: timeline, label: "Share of the cluster in use over time", series: series, most: 100,
      unit: " %")
    return section("Utilisation", legend + "in use, of the whole cluster", chart.svg)
  }

  private var queue: String {
    guard timeline.samples.contains(where: { $0.pending > 0 }) else {
      return section("Queue", "No job waited.", "")
    }
    let chart = UsageChart(
      timeline: timeline, label: "Jobs waiting over time",
      series: [.init(style: "queue") { Double($0.pending) }], most: nil, unit: "")
    return section("Queue", "Jobs that wait, on average over each stretch of the chart.", chart.svg)
  }

  private var waits: String {
    let groups = result.byPriority.map { group in
      let waits = zip(workload.jobs, records).compactMap { job, record in
        job.priority == group.priority
          ? record.firstStart.map { Double($0 - job.submit) / 1000 } : nil
      }
      return (group.priority, waits)
    }
    guard groups.contains(where: { $0.1.contains { $0 > WaitChart.least } }) else {
      return section(
        "Wait by priority", "No job waited longer than a second.", ReportFigures(result).table)
    }
    let caption =
      styles.legend + "share of the jobs that waited longer for their first start than the time below"
    return section(
      "Wait by priority", caption,
      WaitChart(groups: groups, styles: styles).svg + ReportFigures(result).table)
  }

  private var gantt: String {
    let chart = GanttChart(timeline: timeline, workload: workload, styles: styles)
    var caption = styles.legend
    if chart.isPooled {
      caption += "each line is several nodes; the paler, the less of them is in use"
    } else {
      if result.preemptions > 0 { caption += "<span class=\"key lost\">preempted</span>" }
      caption += "the paler, the less of a device is in use; beside a node's name, its cpu"
    }
    return section("Nodes", caption, chart.svg)
  }
}
