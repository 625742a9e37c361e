import Agent
import CLI
import JSON
import Model
import POSIX
import Runners

extension LocalCommand {
  static let agent = LocalCommand(
    "agent",
    "Run what is placed on a node; programs go on while it is restarted, and end when its lease passes.",
    properties: AgentOptions.properties, required: ["node"]
  ) { call, terminal in
    let place = try ServerLocation(call.options)
    let settings = try AgentOptions.settings(of: call.params, place)
    let route = call.params["connect_command"]?.string.map(Route.command) ?? .socket(place.socket)
    let agent = try Agent(settings, route) { terminal.writeError("berth agent: \($0)\n") }
    if call.params["until_input_ends"]?.bool == true { agent.endsWithInput = true }
    do {
      try agent.run()
      return .ok
    } catch let failure as AgentFailure {
      terminal.writeError("berth: \(failure.sentence)\n")
      if case .unauthenticated = failure { return .unauthenticated }
      return .refused
    }
  }
}

/// The options of agents, as they are told them by `berth agent` and `berth up` alike.
enum AgentOptions {
  static let properties: JSONObject = [
    "node": [
      "type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._-]+$",
      "x-pattern-message": "be letters, digits, '.', '_' or '-'", "description": "Name of the node to serve",
    ],
    "cluster": [
      "type": "string", "description": "Cluster of the node, when several have one of its name",
    ],
    "connect_command": [
      "type": "string",
      "description": "Command whose standard streams are the server, 'ssh host berth serve --stdio' say",
    ],
    "runner": [
      "type": "string", "enum": .array(RunnerCatalog.all.map { .string($0.name) }),
      "default": .string(RunnerCatalog.standard.name), "description": "What runs deployments",
      "x-meanings": meanings(RunnerCatalog.products),
    ],
    "runner_options": [
      "type": "object", "additionalProperties": ["type": "string"],
      "description": "Options of the runner, NAME=VALUE",
      "x-meanings": meanings(RunnerCatalog.options),
    ],
    "cpu": [
      "type": "integer", "minimum": 1, "maximum": 1_000_000, "x-unit": "cores",
      "description": "Cores a node that is not there yet is made with; all when it is not given",
    ],
    "ram": [
      "type": "number", "minimum": 0, "maximum": 1_000_000, "x-unit": "GiB",
      "description": "Memory it is made with; all when it is not given",
    ],
    "gpus": [
      "type": "integer", "minimum": 0, "maximum": 1024, "x-unit": "devices",
      "description": "GPU devices it is made with; those found when it is not given",
    ],
    "state": [
      "type": "string", "description": "Directory of its own; agents in the data directory when not given",
    ],
    "log_limit": [
      "type": "integer", "minimum": 4096, "maximum": 9_007_199_254_740_991, "default": 67_108_864,
      "x-unit": "bytes",
      "description": "Output that is kept of an attempt, the newest of it",
    ],
    "until_input_ends": ["type": "boolean", "description": "End with standard input"],
  ]

  /// `BERTH_TOKEN`, else the token of `berth login`, says who the agent is; a server behind a command knows its own.
  static func settings(of params: JSONObject, _ place: ServerLocation) throws -> AgentSettings {
    let node = params["node"]?.string ?? ""
    let state = try params["state"]?.string.map(ServerLocation.absolute) ?? place.dataDirectory + "/agents"
    var settings = AgentSettings(node: node, stateDirectory: state, program: try ThisProcess.executable)
    settings.cluster = params["cluster"]?.string
    settings.runner = params["runner"]?.string ?? settings.runner
    settings.runnerOptions = params["runner_options"]?.object ?? settings.runnerOptions
    settings.logLimitBytes = params["log_limit"]?.int ?? settings.logLimitBytes
    settings.token = ThisProcess.environment("BERTH_TOKEN")
    if settings.token == nil, params["connect_command"] == nil {
      settings.token = try KeptTokens.token(for: place.key)
    }
    settings.capacity = { [runner = settings.runner, options = settings.runnerOptions] in
      try capacity(params, runner, options)
    }
    return settings
  }

  private static func meanings(_ words: [(String, String)]) -> JSONValue {
    .object(JSONObject(members: words.map { .init($0.0, .string($0.1)) }))
  }

  /// What the runner finds, but for what was said.
  private static func capacity(_ params: JSONObject, _ runner: String, _ options: JSONObject) throws
    -> MachineCapacity
  {
    let type = RunnerCatalog.runner(named: runner) ?? RunnerCatalog.standard
    var capacity: MachineCapacity
    do throws(RunFailure) {
      capacity = try type.capacity(try RunnerOptions(options, of: type))
    } catch {
      throw AgentFailure.here(error.message)
    }
    if let cores = params["cpu"]?.int { capacity.cpu = cores }
    if let ram = params["ram"]?.number?.thousandths.map(Thousandths.init) { capacity.ram = ram }
    if let gpus = params["gpus"]?.int { capacity.gpus = gpus }
    return capacity
  }
}

extension UInt8 {
  /// Whether it may stand in a name.
  var isNameByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
