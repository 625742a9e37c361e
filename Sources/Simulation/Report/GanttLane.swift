import Model

/// One line of a Gantt chart.
struct GanttLane {
  enum Kind {
    case device(node: Int, device: Int)
    /// What is held of nodes' GPUs or cpus.
    case gpu(ClosedRange<Int>)
    case cpu(ClosedRange<Int>)

    var nodes: ClosedRange<Int> {
      switch self {
      case .device(let node, _): node...node
      case .gpu(let nodes), .cpu(let nodes): nodes
      }
    }
  }

  /// How pale a column may be: in so many steps up to fully held.
  private static let steps = 4

  let title: String
  let titleStyle: String
  let kind: Kind
  let top: Double
  let height: Double
  /// Thousandths.
  let capacity: Double
  /// Empty; copied for each style.
  let columns: Columns
  private var byStyle: [String: Columns] = [:]

  init(
    title: String, titleStyle: String, kind: Kind, top: Double, height: Double, capacity: Double,
    columns: Columns
  ) {
    self.title = title
    self.titleStyle = titleStyle
    self.kind = kind
    self.top = top
    self.height = height
    self.capacity = capacity
    self.columns = columns
  }

  mutating func add(_ span: Timeline.Span, _ job: SimulatedJob, style: String) {
    let amount: Thousandths
    switch kind {
    case .device(_, let device):
      guard let share = span.attempt.gpus.first(where: { $0.index == device })?.share else { return }
      amount = share
    case .gpu: amount = job.required.gpu
    case .cpu: amount = job.required.cpu
    }
    byStyle[style, default: columns].add(Double(amount.value), from: span.start, to: span.end)
  }

  /// Marks are set where devices were taken away, or on the cpu where there were none.
  func isMarked(by span: Timeline.Span) -> Bool {
    guard kind.nodes.contains(span.attempt.nodeID.rawValue - 1) else { return false }
    switch kind {
    case .device(_, let device): return span.attempt.gpus.contains { $0.index == device }
    case .gpu: return false
    case .cpu: return span.attempt.gpus.isEmpty
    }
  }

  var frame: String {
    "<rect x=\"\(Markup.number(ReportLayout.left))\" y=\"\(Markup.number(top))\""
      + " width=\"\(Markup.number(ReportLayout.plot))\" height=\"\(Markup.number(height))\" class=\"lane\"/>"
  }

  /// What is drawn, by classes of the style sheet.
  func paths(_ styles: PriorityStyles) -> [(style: String, path: String)] {
    switch kind {
    case .device, .gpu: shades
    case .cpu: titleStyle == "name" ? stack(styles) : shades
    }
  }

  /// Runs of columns of the same colour and paleness.
  private var shades: [(style: String, path: String)] {
    let step = ReportLayout.plot / Double(columns.means.count)
    var paths: [(style: String, path: String)] = []
    var run: (style: String, from: Int)?
    for column in 0...columns.means.count {
      let style = column < columns.means.count ? shade(column) : nil
      guard style != run?.style else { continue }
      if let run {
        let x = ReportLayout.left + step * Double(run.from)
        let width = step * Double(column - run.from)
        let box =
          "M\(Markup.number(x)) \(Markup.number(top))h\(Markup.number(width))v\(Markup.number(height))"
        paths.append((run.style, box + "h-\(Markup.number(width))z"))
      }
      run = style.map { ($0, column) }
    }
    return paths
  }

  /// Nil where less than a hundredth was held.
  private func shade(_ column: Int) -> String? {
    var sum = 0.0
    var most: (style: String, held: Double)?
    for (style, columns) in byStyle {
      let held = columns.means[column]
      sum += held
      if held > 0, most.map({ (held, style) > ($0.held, $0.style) }) ?? true { most = (style, held) }
    }
    guard let most, capacity > 0, sum / capacity >= 0.01 else { return nil }
    let shade = min(Self.steps, Int((sum / capacity * Double(Self.steps)).rounded(.up)))
    return "fill \(most.style) s\(shade)"
  }

  /// What each priority held, one upon the other; the lowest lies below.
  private func stack(_ styles: PriorityStyles) -> [(style: String, path: String)] {
    let step = ReportLayout.plot / Double(columns.means.count)
    var below = Array(repeating: 0.0, count: columns.means.count)
    return styles.priorities.reversed().map(styles.style).compactMap { style in
      guard let held = byStyle[style]?.means else { return nil }
      func y(_ amount: Double) -> Double { top + height * (1 - min(1, amount / capacity)) }
      var path = ""
      for column in held.indices where held[column] / capacity > 0.002 {
        let upper = y(below[column] + held[column])
        let x = Markup.number(ReportLayout.left + step * Double(column))
        let deep = Markup.number(y(below[column]) - upper)
        path += "M\(x) \(Markup.number(upper))h\(Markup.number(step))v\(deep)h-\(Markup.number(step))z"
      }
      for column in held.indices { below[column] += held[column] }
      return ("fill \(style) s\(Self.steps)", path)
    }
  }
}
