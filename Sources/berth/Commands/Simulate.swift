import CLI
import JSON
import Model
import POSIX
import Scheduling
import Simulation

extension LocalCommand {
  static let simulate = LocalCommand(
    "simulate", "Run a workload through a strategy on a virtual clock, and say how it was served.",
    properties: [
      "nodes": ["type": "string", "description": "CSV of nodes: name,cpu,ram,gpu; - reads standard input"],
      "jobs": [
        "type": "string",
        "description":
          "CSV of jobs: id,submit,duration,estimate,cpu,ram,gpu_count,gpu_share,priority,user; - reads standard input",
      ],
      "swf": ["type": "string", "description": "Jobs in the Standard Workload Format, instead of jobs"],
      "processors": [
        "type": "integer", "minimum": 1, "description": "Cores of the one node that swf jobs run on",
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
    let simulation = Simulator.run(try request.workload(), by: request.strategy, request.options)
    let result = SimulationResult(simulation)
    if let path = call.params["report"]?.string {
      try write(Report(simulation, result, title: request.title, subtitle: request.subtitle), to: path)
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

/// What `berth simulate` was asked for.
private struct SimulationRequest {
  let strategy: any Strategy
  let options: SimulationOptions
  private let params: JSONObject

  init(_ params: JSONObject) throws(UsageError) {
    self.params = params
    let hasCSV = params["nodes"] != nil && params["jobs"] != nil
    let hasSWF = params["swf"] != nil && params["processors"] != nil
    let isMixed = (params["nodes"] ?? params["jobs"]) != nil && (params["swf"] ?? params["processors"]) != nil
    guard hasCSV || hasSWF, !isMixed else {
      throw UsageError("simulate takes --nodes FILE --jobs FILE, or --swf FILE --processors N")
    }
    guard params["nodes"]?.string != "-" || params["jobs"]?.string != "-" else {
      throw UsageError("only one of --nodes and --jobs can be standard input")
    }
    strategy = try Self.strategy(params)
    var options = SimulationOptions()
    options.dropUnfit = params["drop_unfit"]?.bool ?? false
    options.knowsShapes = params["known_shapes"]?.bool ?? false
    options.untilArrived = params["until_arrived"]?.number?.double
    options.keepsTimeline = params["report"] != nil
    self.options = options
  }

  /// The named strategy with the parts and options that are named.
  private static func strategy(_ params: JSONObject) throws(UsageError) -> ComposedStrategy {
    let named = StrategyCatalog.strategy(named: params["strategy"]?.string ?? "") ?? StrategyCatalog.standard
    var parts = JSONObject()
    for option in named.options {
      if let value = params[option.name] { parts.append(option.name, value) }
    }
    do {
      return try StrategyCatalog.make(parts, from: named)
    } catch {
      throw UsageError("--\(error.pointer.dropFirst()) \(error.message)")
    }
  }

  /// What a report is headed with.
  var title: String {
    let placement = params["placement"]?.string.map { ", placement \($0)" } ?? ""
    return "Simulation of strategy \(strategy.name)\(placement)"
  }

  /// Where its figures are from.
  var subtitle: String {
    let jobs = params["swf"]?.string ?? params["jobs"]?.string ?? ""
    let place = params["nodes"]?.string ?? "\(params["processors"]?.int ?? 0) processors"
    return "\(jobs) on \(place)" + (options.dropUnfit ? "; what does not fit at once is dropped" : "")
  }

  func workload() throws(WorkloadError) -> Workload {
    if let path = params["swf"]?.string, let processors = params["processors"]?.int {
      let capacity = Resources(cpu: .whole(processors), ram: .zero, gpu: .zero)
      return Workload(
        nodes: [SimulatedNode(name: "processors", capacity: capacity)],
        jobs: try SWFFile.read(try WorkloadText(path: path)))
    }
    return Workload(
      nodes: try NodeFile.read(try WorkloadText(path: params["nodes"]?.string ?? "")),
      jobs: try JobFile.read(try WorkloadText(path: params["jobs"]?.string ?? "")))
  }
}
