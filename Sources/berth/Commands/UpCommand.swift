import CLI
import JSON
import POSIX

extension LocalCommand {
  static let up = LocalCommand(
    "up", "Serve this machine: a server, its socket, and an agent that runs what is placed here.",
    properties: properties
  ) { call, terminal in
    let place = try ServerLocation(call.options)
    guard !place.isRemote else {
      terminal.writeError("berth: up serves a data directory itself: give --data, not --connect\n")
      return .usage
    }
    // Before any other thread is made: those made later have them blocked too.
    let signals = try Signals(Signals.ending)
    var params = call.params
    if params["node"] == nil { params.append("node", .string(hostNode)) }
    let settings = try AgentOptions.settings(of: params, place)
    let token = try FirstSteps(place, settings, user: params["user"]?.string, terminal).agentToken()
    var agent: SupervisedAgent?
    let ready = {
      agent = try SupervisedAgent(
        settings.program, agentWords(params, place, cluster: settings.cluster ?? FirstSteps.name),
        environment: ["BERTH_TOKEN": token])
      terminal.write(
        "Serving \(place.socket); the agent of node \(settings.node) runs what is placed here.\n")
    }
    return try Service(place, params, signals).run(
      ready: ready, ending: { agent?.end() })
  }

  /// Those of an agent of this machine, and who the first user is.
  private static var properties: JSONObject {
    let others = ["connect_command", "until_input_ends"]
    let agents = AgentOptions.properties.members.filter { !others.contains($0.key) }
    let own: JSONObject = [
      "user": [
        "type": "string", "description": "First user of a new data directory; asked for when it is not given",
      ],
      "lease": [
        "type": "number", "minimum": 1, "maximum": 86400, "default": 30, "x-unit": "seconds",
        "description": "How long an agent may be silent before its node is lost",
      ],
    ]
    return JSONObject(members: own.members + agents)
  }

  /// The machine's name, as far as a node may have it.
  private static var hostNode: String {
    let name = ThisProcess.hostName.utf8.prefix { $0 != UInt8(ascii: ".") }.filter(\.isNameByte).prefix(64)
    return name.isEmpty ? "local" : String(decoding: Array(name), as: UTF8.self)
  }

  /// The words of `berth agent` that say what `berth up` was told.
  private static func agentWords(_ params: JSONObject, _ place: ServerLocation, cluster: String) -> [String] {
    var words = ["agent", "--data", place.dataDirectory, "--until-input-ends", "--cluster", cluster]
    for key in ["node", "runner", "state", "log_limit"] {
      guard let value = params[key] else { continue }
      words += ["--" + key.split(separator: "_").joined(separator: "-"), value.string ?? value.text]
    }
    for option in params["runner_options"]?.object?.members ?? [] {
      words += ["--runner-options", "\(option.key)=\(option.value.string ?? "")"]
    }
    return words
  }
}
