/// The figures of a report beside its charts.
struct ReportFigures {
  private let result: SimulationResult

  init(_ result: SimulationResult) { self.result = result }

  var tiles: String {
    var tiles: [(name: String, value: String, note: String)] = [
      (
        "jobs", String(result.jobs),
        "\(result.started) started" + (result.dropped > 0 ? ", \(result.dropped) dropped" : "")
      ),
      (
        "makespan", Durations.text(result.makespan),
        result.all.flow == nil ? "first submission to last event" : "first submission to last end"
      ),
    ]
    if let gpu = result.gpuUtilisation {
      tiles.append(("gpu in use", Self.tenths(gpu) + " %", "mean over the makespan"))
    }
    if let cpu = result.cpuUtilisation {
      tiles.append(("cpu in use", Self.tenths(cpu) + " %", "mean over the makespan"))
    }
    if let wait = result.all.wait {
      tiles.append(("mean wait", Durations.text(wait.mean), "longest \(Durations.text(wait.max))"))
    }
    if let slowdown = result.all.boundedSlowdown {
      tiles.append(
        (
          "bounded slowdown", Self.tenths(slowdown.mean),
          "mean; p95 \(Self.tenths(slowdown.p95))"
        ))
    } else if let final = result.gpuAllocation.final {
      tiles.append(("gpu allocated", Self.tenths(final) + " %", "behind the last arrival"))
    }
    tiles.append(
      ("preemptions", String(result.preemptions), "\(Self.tenths(result.lostGPUHours)) GPU-hours lost")
    )
    if let fairness = result.fairness {
      tiles.append(("fairness", ResultTable.number(fairness), "Jain's index over users"))
    }
    let items = tiles.map { tile in
      "<div><dt>\(tile.name)</dt><dd>\(Markup.escape(tile.value))<small>\(Markup.escape(tile.note))</small></dd></div>"
    }
    return "<dl>\n" + items.joined(separator: "\n") + "\n</dl>"
  }

  private static func tenths(_ value: Double) -> String { ResultTable.number((value * 10).rounded() / 10) }

  /// Waits and delays of each priority.
  var table: String {
    let heads = ["", "jobs", "wait: mean", "p95", "max", "delay: mean", "p95", "max"]
    var rows = ["<tr>" + heads.map { "<th>\($0)</th>" }.joined() + "</tr>"]
    var levels = result.byPriority.map { ("priority \($0.priority)", $0.level) }
    if levels.count > 1 { levels.append(("all", result.all)) }
    for (name, level) in levels {
      let cells = [level.wait, level.delay].flatMap { values in
        values.map { [$0.mean, $0.p95, $0.max].map(Durations.text) } ?? ["–", "–", "–"]
      }
      let row = [name, String(level.jobs)] + cells
      rows.append("<tr>" + row.map { "<td>\($0)</td>" }.joined() + "</tr>")
    }
    return "<table>\n" + rows.joined(separator: "\n") + "\n</table>\n"
  }
}
