import CLI
import JSON
import Model
import Scheduling
import Simulation

/// The request that `berth simulate` was given.
struct SimulationRequest {
  /// The origin of jobs and nodes.
  private enum Source {
    case files(nodes: String, jobs: String)
    case standardWorkload(String, processors: Int)
    /// `nodes` in place of the cluster's own.
    case journal(String, cluster: String?, nodes: String?)
  }

  /// The things that are simulated, and what is to be said of them.
  struct Input {
    let workload: Workload
    /// Where it is from.
    let title: String
    /// For standard error; nil when nothing is to be said.
    let note: String?
  }

  let strategy: any Strategy
  /// What a report is headed with.
  let reportTitle: String
  let options: SimulationOptions
  private let source: Source

  init(_ params: JSONObject) throws(UsageError) {
    source = try Self.source(params)
    strategy = try Self.strategy(params)
    let placement = params["placement"]?.string.map { ", placement \($0)" } ?? ""
    reportTitle = "Simulation of strategy \(strategy.name)\(placement)"
    var options = SimulationOptions()
    options.dropUnfit = params["drop_unfit"]?.bool ?? false
    options.knowsShapes = params["known_shapes"]?.bool ?? false
    options.untilArrived = params["until_arrived"]?.number?.double
    options.keepsTimeline = params["report"] != nil
    self.options = options
  }

  private static func source(_ params: JSONObject) throws(UsageError) -> Source {
    let given = ["nodes", "jobs", "swf", "processors", "journal", "cluster"].filter { params[$0] != nil }
    let text = { (name: String) in params[name]?.string ?? "" }
    switch given {
    case ["nodes", "jobs"]:
      guard text("nodes") != "-" || text("jobs") != "-" else {
        throw UsageError("only one of --nodes and --jobs can be standard input")
      }
      return .files(nodes: text("nodes"), jobs: text("jobs"))
    case ["swf", "processors"]:
      return .standardWorkload(text("swf"), processors: params["processors"]?.int ?? 1)
    case ["journal"], ["journal", "cluster"], ["nodes", "journal"], ["nodes", "journal", "cluster"]:
      return .journal(
        text("journal"), cluster: params["cluster"]?.string, nodes: params["nodes"]?.string)
    default:
      throw UsageError(
        "simulate takes --nodes FILE --jobs FILE, or --swf FILE --processors N, "
          + "or --journal DIR with or without --cluster NAME and --nodes FILE")
    }
  }

  /// The named strategy with the parts and options that are named.
  private static func strategy(_ params: JSONObject) throws(UsageError) -> any Strategy {
    let named = StrategyCatalog.strategy(named: params["strategy"]?.string ?? "") ?? StrategyCatalog.standard
    var values = JSONObject()
    for option in StrategyCatalog.options {
      if let value = params[option.name] { values.append(option.name, value) }
    }
    do throws(StrategyChoiceError) {
      return try named.told(values)
    } catch {
      throw UsageError("--\(error.pointer.dropFirst()) \(error.message)")
    }
  }

  /// Where its figures are from.
  func reportSubtitle(_ input: Input) -> String {
    input.title + (options.dropUnfit ? "; what does not fit at once is dropped" : "")
  }

  func input() throws -> Input {
    switch source {
    case .files(let nodes, let jobs):
      let workload = Workload(
        nodes: try Self.nodes(nodes), jobs: try JobFile.read(try WorkloadText(path: jobs)))
      return Input(workload: workload, title: "\(jobs) on \(nodes)", note: nil)
    case .standardWorkload(let path, let processors):
      let capacity = Resources(cpu: .whole(processors), ram: .zero, gpu: .zero)
      let workload = Workload(
        nodes: [SimulatedNode(name: "processors", capacity: capacity)],
        jobs: try SWFFile.read(try WorkloadText(path: path)))
      return Input(workload: workload, title: "\(path) on \(processors) processors", note: nil)
    case .journal(let directory, let name, let file):
      let observed = try ObservedCluster(directory, cluster: name)
      let nodes = try file.map { try Self.nodes($0) } ?? observed.nodes()
      return Input(
        workload: Workload(nodes: nodes, jobs: observed.jobs),
        title: observed.title + (file.map { " on \($0)" } ?? ""),
        note: observed.note(hasOwnNodes: file == nil))
    }
  }

  private static func nodes(_ path: String) throws(WorkloadError) -> [SimulatedNode] {
    try NodeFile.read(try WorkloadText(path: path))
  }
}
