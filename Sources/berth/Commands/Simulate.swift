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
      "placement": [
        "type": "string", "enum": .array(PlacementCatalog.all.map { .string($0.name) }),
        "description": "Placement, instead of the strategy's own",
      ],
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
    let named = StrategyCatalog.strategy(named: params["strategy"]?.string ?? "") ?? StrategyCatalog.standard
    let placement = params["placement"]?.string.flatMap(PlacementCatalog.placement)
    if let placement {
      guard let composed = named as? ComposedStrategy else {
        throw UsageError("the strategy \(named.name) has no placement to choose")
      }
      strategy = composed.with(placement)
    } else {
      strategy = named
    }
    var options = SimulationOptions()
    options.dropUnfit = params["drop_unfit"]?.bool ?? false
    options.knowsShapes = params["known_shapes"]?.bool ?? false
    options.untilArrived = params["until_arrived"]?.number?.double
    options.keepsTimeline = params["report"] != nil
    self.options = options
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
