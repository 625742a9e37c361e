import RPC
import Scheduling

extension Method {
  /// Where it is and what it runs as is nobody's who has not logged in.
  static let serverInfo = readingForAll("server.info") { call, _ in
    let isKnown = call.identity != nil
    return [
      "name": "berth",
      "version": .string(Version.text),
      "data_directory": .optional(isKnown ? call.environment.dataDirectory : nil),
      "pid": .optional(isKnown ? call.environment.processID : nil),
      "started_at": .string(call.environment.startedAt.text),
      "strategies": StrategyCatalog.names,
      "line_limit": .int(Framer.defaultLimit),
      "batch_limit": .int(Message.batchLimit),
    ]
  }
}
