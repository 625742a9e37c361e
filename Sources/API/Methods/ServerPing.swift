extension Method {
  static let serverPing = reading("server.ping", scope: nil) { call, _ in
    ["payload": call.params["payload"] ?? .null]
  }
}
