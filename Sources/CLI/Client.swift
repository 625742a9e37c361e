import JSON

/// The receiver of a command's request: a daemon's socket, or the data directory itself.
package protocol Client {
  func call(_ method: String, _ params: JSONObject) throws(CallFailure) -> JSONValue

  /// The result, however long it takes; `heard` is given the params of the notifications of that name that come before
  /// it, and answers false when it has heard enough: then there is no result.
  func call(
    _ method: String, _ params: JSONObject, hearing notification: String, _ heard: (JSONObject) -> Bool
  ) throws(CallFailure) -> JSONValue?

  /// The params of the next notification of that name, once it is there; nil when no more can come.
  func nextNotification(_ name: String) throws(CallFailure) -> JSONObject?
}

/// A JSON-RPC error object as the server sent it.
package struct CallRefusal: Error, Equatable, Sendable {
  package let code: Int
  package let message: String
  package let data: JSONValue?

  package static let unauthenticatedCode = 1001

  package init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// nil when it is not an error object.
  package init?(_ json: JSONValue) {
    guard let code = json["code"]?.int, let message = json["message"]?.string else { return nil }
    self.init(code: code, message: message, data: json["data"])
  }

  package var json: JSONValue {
    var object: JSONObject = ["code": .int(code), "message": .string(message)]
    if let data { object.append("data", data) }
    return .object(object)
  }

  package var exitCode: ExitCode { code == Self.unauthenticatedCode ? .unauthenticated : .refused }
}

/// The reason why a call has no result.
package enum CallFailure: Error, Equatable, Sendable {
  case refused(CallRefusal)
  /// A sentence that names what could not be reached.
  case unreachable(String)
}
