/// The chart of how long jobs waited, by priority: for each length of time the share that waited longer.
struct WaitChart {
  private static let height = 256.0
  private static let top = 10.0
  private static let bottom = 214.0
  /// Where the axis begins.
  static let least = 1.0
  private static let marks: [Double] = [1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000]

  /// Waits in seconds.
  let groups: [(priority: Int, waits: [Double])]
  let styles: PriorityStyles

  var svg: String {
    let longest = max(10, groups.flatMap(\.waits).max() ?? 0)
    let time = Axis(
      from: 0, to: Self.decades(longest), start: ReportLayout.left, length: ReportLayout.plot)
    let share = Axis(from: 0, to: highestShare, start: Self.bottom, length: Self.top - Self.bottom)
    var content = ""
    for seconds in Self.marks where seconds <= longest {
      let x = time.place(Self.decades(seconds))
      content += Markup.line(x, Self.top, x, Self.bottom, "grid")
      content += Markup.text(Durations.text(seconds), x: x, y: Self.bottom + 16, "middle")
    }
    content += Markup.text("waited longer than", x: ReportLayout.right, y: Self.bottom + 34, "end")
    for tick in share.ticks(about: 4, steps: [0.25, 0.5, 1, 2.5, 5, 10, 20, 25]) {
      let y = share.place(tick)
      content += Markup.line(ReportLayout.left, y, ReportLayout.right, y, "grid")
      content += Markup.text(ResultTable.number(tick) + " %", x: ReportLayout.left - 8, y: y + 4, "end")
    }
    for group in groups { content += curve(group.waits, time, share, styles.style(of: group.priority)) }
    return Markup.svg(
      height: Self.height, label: "Share of jobs that waited longer than a time, by priority", content)
  }

  /// Powers of ten above the least.
  private static func decades(_ seconds: Double) -> Double {
    var rest = max(least, seconds) / least
    var whole = 0.0
    while rest >= 10 {
      rest /= 10
      whole += 1
    }
    return whole + naturalLogarithm(rest) / naturalLogarithm(10)
  }

  /// ln x = 2·artanh((x − 1) / (x + 1)), by its series; for 1 to 10.
  private static func naturalLogarithm(_ x: Double) -> Double {
    let z = (x - 1) / (x + 1)
    var sum = 0.0
    var power = z
    for odd in stride(from: 1.0, to: 100, by: 2) {
      sum += power / odd
      power *= z * z
    }
    return 2 * sum
  }

  /// In percent, rounded up.
  private var highestShare: Double {
    let shares = groups.filter { !$0.waits.isEmpty }.map { group in
      100 * Double(group.waits.count { $0 > Self.least }) / Double(group.waits.count)
    }
    let most = shares.max() ?? 0
    return [1, 2, 5, 10, 15, 20, 30, 40, 60, 80].first { $0 >= most } ?? 100
  }

  private func curve(_ waits: [Double], _ time: Axis, _ share: Axis, _ style: String) -> String {
    let sorted = waits.sorted()
    guard let longest = sorted.last, longest > Self.least else { return "" }
    func y(_ longer: Int) -> String {
      Markup.number(share.place(100 * Double(longer) / Double(sorted.count)))
    }
    let first = sorted.firstIndex { $0 > Self.least } ?? 0
    var line = "M\(Markup.number(ReportLayout.left)) \(y(sorted.count - first))"
    var drawn = ReportLayout.left
    for index in first..<sorted.count {
      let x = time.place(Self.decades(sorted[index]))
      // Steps nearer than half a unit are one.
      guard x - drawn >= 0.5 || index == sorted.count - 1 else { continue }
      line += "H\(Markup.number(x))V\(y(sorted.count - 1 - index))"
      drawn = x
    }
    return Markup.path(line, "line \(style)")
  }
}

/// A colour for each priority, from cool to warm as they rise.
struct PriorityStyles {
  private static let colors = 6
  private let places: [Int: Int]
  /// Falling.
  let priorities: [Int]

  init(_ priorities: [Int]) {
    self.priorities = priorities.sorted(by: >)
    let steps = max(1, priorities.count - 1)
    places = Dictionary(
      uniqueKeysWithValues: self.priorities.reversed().enumerated()
        .map { ($0.element, $0.offset * (Self.colors - 1) / steps) })
  }

  /// A class of the style sheet.
  func style(of priority: Int) -> String { "p\(places[priority] ?? 0)" }

  var legend: String {
    priorities.map { "<span class=\"key \(style(of: $0))\">priority \($0)</span>" }.joined()
  }
}
