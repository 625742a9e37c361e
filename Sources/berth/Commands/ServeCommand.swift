import CLI
import JSON
import Logs
import POSIX

extension LocalCommand {
  static let serve = LocalCommand(
    "serve", "Serve a data directory on a Unix socket, or on standard input and output.",
    properties: [
      "stdio": ["type": "boolean", "description": "Serve standard input and output until their end"],
      "socket": [
        "type": "string", "description": "Socket to listen at instead of berth.sock in the data directory",
      ],
      "allow_gid": ["type": "string", "description": "Group whose users may connect too, by name or number"],
      "snapshot_after": [
        "type": "integer", "minimum": 1, "default": 8_388_608, "x-unit": "bytes",
        "description": "Journal length after which the tables are written anew",
      ],
      "lease": [
        "type": "number", "minimum": 1, "maximum": 86400, "default": 30, "x-unit": "seconds",
        "description": "How long an agent may be silent before its node is lost",
      ],
      "log_limit": [
        "type": "integer", "minimum": 65536, "default": .int(LogFolder.defaultLimitBytes), "x-unit": "bytes",
        "description": "What is kept of an attempt's output that an agent on another machine sends",
      ],
      "insist_on_network_fs": [
        "type": "boolean", "description": "Use a network file system although it may lose locks",
      ],
    ]
  ) { call, terminal in
    let place = try ServerLocation(call.options)
    let isStdio = call.params["stdio"]?.bool == true
    guard !isStdio || call.params["socket"] == nil else {
      terminal.writeError("berth: serve takes --stdio or --socket, not both\n")
      return .usage
    }
    // Before any other thread is made: those made later have them blocked too.
    let signals = try Signals(Signals.ending)
    return try Service(place, call.params, signals).run(onStandardStreams: isStdio)
  }
}
