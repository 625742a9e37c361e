import CLI
import JSON
import POSIX
import Scheduling
import Simulation

extension LocalCommand {
  static let simulate = LocalCommand(
    "simulate", "Run a workload through a strategy on a virtual clock, and say how it was served.",
    properties: [
      "nodes": [
        "type": "string",
        "description":
          "CSV of nodes: name,cpu,ram,gpu, and labels such as gpu=A100;zone=b; - reads standard input",
      ],
      "jobs": [
        "type": "string",
        "description":
          "CSV of jobs: id,submit,duration,estimate,cpu,ram,gpu_count,gpu_share,priority,user, and where, the labels a node has to have, such as gpu=A100|H100;zone=b; - reads standard input",
      ],
      "swf": ["type": "string", "description": "Jobs in the Standard Workload Format, instead of jobs"],
      "processors": [
        "type": "integer", "minimum": 1, "description": "Cores of the one node that swf jobs run on",
      ],
      "journal": [
        "type": "string",
        "description":
          "Data directory to replay what it really saw, on its nodes or those of nodes, instead of jobs",
      ],
      "cluster": [
        "type": "string",
        "description": "Which cluster of journal, by name or as ORGANIZATION/CLUSTER, when it has several",
      ],
      "strategy": [
        "type": "string", "enum": .array(StrategyCatalog.all.map { .string($0.name) }),
        "default": .string(StrategyCatalog.standard.name), "description": "Named strategy",
      ],
      "order": part("Who goes first", OrderCatalog.names),
      "placement": part("Where", PlacementCatalog.all.map(\.name)),
      "backfill": part("Who may pass the first that cannot start", BackfillCatalog.all.map(\.name)),
      "backfill_order": part("In which order those after it are tried", ["arrival", "shortest"]),
      "preemption": part("Who gives way", PreemptionCatalog.all.map(\.name)),
      "interval": option("Seconds of waiting that count as one point of priority"),
      "stretch": option("Under the order stretch: seconds it may be passed for each second it may last"),
      "cap": option("Under the order stretch: for how many seconds at most"),
      "max_skip": option("Seconds the first may be passed before a node is kept for it"),
      "preemptions_per_hour": option("How often a job may be preempted within an hour"),
      "urgent": option("Priority from which on lower ones are preempted at once"),
      "worth": option("Percent of its waiting that others may lose for the first in line"),
      "depth": option("How many get a slot of their own under conservative backfill"),
      "known_shapes": [
        "type": "boolean",
        "description": "Tell placements beforehand what the jobs ask for; else they learn it as jobs come",
      ],
      "drop_unfit": ["type": "boolean", "description": "Try each job once, at its submission"],
      "until_arrived": [
        "type": "number", "minimum": 0, "x-unit": "percent",
        "description": "Stop when the GPU asked for so far rounds to more than this share of the cluster's",
      ],
      "report": ["type": "string", "description": "Write a page with charts to this file"],
    ]
  ) { call, terminal in
    let start = SystemClock.monotonicNanoseconds()
    let request: SimulationRequest
    do throws(UsageError) {
      request = try SimulationRequest(call.params)
    } catch {
      terminal.writeError("berth: \(error.message)\n")
      return .usage
    }
    let input = try request.input()
    if let note = input.note { terminal.writeError("berth: \(note)\n") }
    let simulation = Simulator.run(input.workload, by: request.strategy, request.options)
    let result = SimulationResult(simulation)
    if let path = call.params["report"]?.string {
      let report = Report(
        simulation, result, title: request.reportTitle, subtitle: request.reportSubtitle(input))
      try write(report, to: path)
    }
    let wallSeconds = Double(SystemClock.monotonicNanoseconds() - start) / 1e9
    if call.options.json {
      terminal.write(JSONValue.object(result.json(wallSeconds: wallSeconds)).text + "\n")
    } else {
      terminal.write(ResultTable(result, wallSeconds: wallSeconds).text)
    }
    return .ok
  }

  private static func part(_ description: String, _ names: [String]) -> JSONValue {
    [
      "type": "string", "enum": .array(names.map(JSONValue.string)),
      "description": .string(description + ", instead of the strategy's own"),
    ]
  }

  private static func option(_ description: String) -> JSONValue {
    ["type": "integer", "minimum": 0, "description": .string(description)]
  }

  private static func write(_ report: Report?, to path: String) throws(WorkloadError) {
    guard let report else { return }
    do {
      try FileDescriptor.open(path, .replace).write(Array(report.html.utf8), at: 0)
    } catch {
      throw WorkloadError(path, "the report cannot be written: \(error)")
    }
  }
}
