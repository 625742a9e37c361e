import CLI
import JSON
import POSIX
import Scheduling
import Simulation

extension LocalCommand {
  static let simulate = LocalCommand(
    "simulate", "Run a workload through a strategy on a virtual clock, and say how it was served.",
    properties: JSONObject(members: workload.members + strategy.members + conduct.members)
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

  private static let workload: JSONObject = [
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
      "type": "integer", "minimum": 1, "maximum": 1_000_000,
      "description": "Cores of the one node that swf jobs run on",
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
  ]

  /// A flag for each option of the strategies.
  private static var strategy: JSONObject {
    var flags: JSONObject = [
      "strategy": [
        "type": "string", "enum": .array(StrategyCatalog.all.map { .string($0.name) }),
        "default": .string(StrategyCatalog.standard.name), "description": "Named strategy",
      ]
    ]
    for option in StrategyCatalog.options {
      var schema = option.schema
      if option.value.names != nil {
        schema["description"] = .string(option.description + " (instead of the strategy's own)")
      }
      flags.append(option.name, .object(schema))
    }
    return flags
  }

  private static let conduct: JSONObject = [
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

  private static func write(_ report: Report?, to path: String) throws(WorkloadError) {
    guard let report else { return }
    do {
      try FileDescriptor.open(path, .replace).write(Array(report.html.utf8), at: 0)
    } catch {
      throw WorkloadError(path, "the report cannot be written: \(error)")
    }
  }
}
