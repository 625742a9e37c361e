extension Method {
  static let serverPing = plain("server.ping") { call in
    ["payload": call.params["payload"] ?? .null]
  }
}
