import CLI
import JSON
import Logs
import POSIX
import Services
import Transport

extension LocalCommand {
  static let serve = LocalCommand(
    "serve", "Serve a data directory on a Unix socket, or on standard input and output.",
    properties: properties
  ) { call, terminal in
    let place = try ServerLocation(call.options)
    let chosen = TransportCatalog.chosen { call.params[$0].map { $0 != false } ?? false }
    guard chosen.count <= 1 else {
      let flags = chosen.compactMap { $0.options.first.map { "--\($0.name)" } }.joined(separator: " or ")
      terminal.writeError("berth: serve takes \(flags), not both\n")
      return .usage
    }
    // Before any other thread is made: those made later have them blocked too.
    let signals = try Signals(Signals.ending)
    return try Service(place, call.params, signals).run(by: chosen.first ?? TransportCatalog.standard)
  }

  private static var properties: JSONObject {
    let transports = TransportCatalog.all.flatMap { $0.options }.map { option in
      JSONObject.Member(
        option.name,
        ["type": option.kind == .flag ? "boolean" : "string", "description": .string(option.summary)])
    }
    let own: JSONObject = [
      "snapshot_after": [
        "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991, "default": 8_388_608,
        "x-unit": "bytes",
        "description": "Journal length after which the tables are written anew",
      ],
      "lease": [
        "type": "number", "minimum": 1, "maximum": 86400, "default": 30, "x-unit": "seconds",
        "description": "How long an agent may be silent before its node is lost",
      ],
      "log_limit": [
        "type": "integer", "minimum": 65536, "maximum": 9_007_199_254_740_991,
        "default": .int(LogFolder.defaultLimitBytes), "x-unit": "bytes",
        "description": "What is kept of an attempt's output that an agent on another machine sends",
      ],
      "password_cost": [
        "type": "integer", "minimum": .int(PasswordHasher.costs.lowerBound),
        "maximum": .int(PasswordHasher.costs.upperBound), "default": .int(PasswordHasher.defaultCost),
        "description": "What a new password costs to hash (1 to 11); each step doubles time and memory",
      ],
      "insist_on_network_fs": [
        "type": "boolean", "description": "Use a network file system although it may lose locks",
      ],
    ]
    return JSONObject(members: transports + own.members)
  }
}
