import Services

extension Method {
  static let organizationsLeave = changing("organizations.leave") { call, work in
    Changed(try Organizations.leave(call.caller, &work), result: [:])
  } show: { _, _, _ in
    [:]
  }
}
