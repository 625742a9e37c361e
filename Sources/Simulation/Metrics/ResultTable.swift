import JSON

/// The figures of a simulation as a person reads them.
package struct ResultTable {
  private let result: SimulationResult
  private let wallSeconds: Double

  package init(_ result: SimulationResult, wallSeconds: Double) {
    self.result = result
    self.wallSeconds = wallSeconds
  }

  package var text: String {
    (summary + [""] + service + [""] + allocation).drop { $0.isEmpty }.joined(separator: "\n") + "\n"
  }

  private var summary: [String] {
    var pairs = [
      ("jobs", "\(result.jobs) arrived, \(result.started) started, \(result.dropped) dropped"),
      ("makespan", Self.number(result.makespan) + " s"),
      (
        "utilisation",
        "cpu \(Self.percent(result.cpuUtilisation)), gpu \(Self.percent(result.gpuUtilisation))"
      ),
      ("preemptions", "\(result.preemptions), \(Self.number(result.lostGPUHours)) GPU-hours lost"),
    ]
    if let fairness = result.fairness { pairs.append(("fairness", Self.number(fairness))) }
    if let cost = result.decisionMicroseconds {
      let cost = "p50 \(Self.number(cost.p50)) µs, p99 \(Self.number(cost.p99)) µs"
      pairs.append(("decisions", "\(result.decisions), \(cost)"))
    }
    pairs.append(("wall time", Self.number(wallSeconds) + " s"))
    let width = pairs.map(\.0.count).max() ?? 0
    return pairs.map { $0.0 + Self.spaces(width - $0.0.count + 2) + $0.1 }
  }

  private var service: [String] {
    var rows = [["SECONDS", "PRIORITY", "JOBS", "MEAN", "P50", "P95", "MAX"]]
    func add(_ heading: String, _ part: (ServiceLevel) -> Distribution?) {
      var levels = [("all", result.all)]
      if result.byPriority.count > 1 { levels += result.byPriority.map { (String($0.priority), $0.level) } }
      var title = heading
      for (name, level) in levels {
        guard let values = part(level) else { continue }
        let numbers = [values.mean, values.p50, values.p95, values.max].map(Self.number)
        rows.append([title, name, String(level.jobs)] + numbers)
        title = ""
      }
    }
    add("wait") { $0.wait }
    add("flow") { $0.flow }
    add("delay") { $0.delay }
    add("bounded slowdown (no unit)") { $0.boundedSlowdown }
    return rows.count > 1 ? Self.columns(rows, left: 1) : []
  }

  /// Where jobs end, the share of the cluster in use says little beside what was asked for so far.
  private var allocation: [String] {
    guard result.all.flow == nil else { return [] }
    let cpu = Dictionary(uniqueKeysWithValues: result.cpuAllocation.at.map { ($0.asked, $0.allocated) })
    let listed = result.gpuAllocation.at.filter { $0.asked % 10 == 0 && $0.asked <= 200 && $0.asked >= 50 }
    guard !listed.isEmpty else { return [] }
    var rows = [["GPU ASKED FOR", "GPU ALLOCATED", "CPU ALLOCATED"]]
    for (asked, allocated) in listed {
      rows.append(["\(asked) %", Self.percent(allocated), Self.percent(cpu[asked])])
    }
    rows.append([
      "in the end", Self.percent(result.gpuAllocation.final), Self.percent(result.cpuAllocation.final),
    ])
    return Self.columns(rows, left: 1)
  }

  // MARK: - Text

  /// The first `left` columns stand on the left, the others on the right.
  private static func columns(_ rows: [[String]], left: Int) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        let fill = spaces(widths[column] - row[column].count)
        return column < left ? row[column] + fill : fill + row[column]
      }.joined(separator: "  ")
    }
  }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  static func percent(_ value: Double?) -> String { value.map { number($0) + " %" } ?? "–" }

  /// Three decimals below a hundred, one below a hundred thousand.
  static func number(_ value: Double) -> String {
    let places = abs(value) < 100 ? 1000.0 : abs(value) < 100_000 ? 10 : 1
    return JSONNumber((value * places).rounded() / places)?.text ?? "–"
  }
}
