import RPC
import Scheduling

extension Method {
  static let serverInfo = plain("server.info") { call in
    [
      "name": "berth",
      "version": .string(Version.text),
      "data_directory": .string(call.environment.dataDirectory),
      "pid": .int(call.environment.processID),
      "started_at": .string(call.environment.startedAt.text),
      "strategies": StrategyCatalog.names,
      "line_limit": .int(Framer.defaultLimit),
      "batch_limit": .int(Message.batchLimit),
    ]
  }
}
