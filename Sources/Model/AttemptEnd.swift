import JSON

/// The end of an attempt that was followed by the queue: shown until the next one.
package struct AttemptEnd: Hashable, Sendable {
  package let attempt: Int
  package let exitCode: Int?
  package let message: String?

  package init(attempt: Int, exitCode: Int?, message: String?) {
    self.attempt = attempt
    self.exitCode = exitCode
    self.message = message
  }

  init(_ fields: Fields) throws {
    attempt = try fields.int("attempt")
    exitCode = try fields.optionalInt("exit_code")
    message = fields.optionalString("message")
  }

  var json: JSONValue {
    var row = JSONObject()
    row.append("attempt", .int(attempt))
    row.append("exit_code", ifSet: exitCode)
    row.append("message", ifSet: message)
    return .object(row)
  }
}
