import JSON
import Schemas

/// An error object of JSON-RPC 2.0: the answer to a call that was refused.
package struct RPCError: Error, Equatable, Sendable {
  package let code: Int
  /// One sentence a person can act on.
  package let message: String
  /// `{"kind": …}` and details.
  package let data: JSONObject

  package init(code: Int, kind: String, _ message: String, _ details: JSONObject = [:]) {
    self.code = code
    self.message = message
    data = JSONObject(members: [JSONObject.Member("kind", .string(kind))] + details.members)
  }

  package var json: JSONValue {
    ["code": .int(code), "message": .string(message), "data": .object(data)]
  }
}

/// The codes of the specification, section 5.1.
extension RPCError {
  package static let parseCode = -32700
  package static let invalidRequestCode = -32600
  package static let methodNotFoundCode = -32601
  package static let invalidParamsCode = -32602
  package static let internalCode = -32603
  /// The Language Server Protocol's RequestCancelled.
  package static let cancelledCode = -32800

  package static func parse(_ error: JSONError) -> RPCError {
    RPCError(
      code: parseCode, kind: "parse_error", "Not JSON: \(error).", ["offset": .int(error.offset)])
  }

  package static func oversized(limit: Int) -> RPCError {
    RPCError(
      code: parseCode, kind: "too_long", "The message is longer than \(limit) bytes.",
      ["limit": .int(limit)])
  }

  /// Framing that cannot be read.
  package static func malformed(_ reason: String) -> RPCError {
    RPCError(code: parseCode, kind: "parse_error", reason)
  }

  package static func invalidRequest(_ reason: String) -> RPCError {
    RPCError(code: invalidRequestCode, kind: "invalid_request", reason)
  }

  package static func methodNotFound(_ method: String) -> RPCError {
    RPCError(
      code: methodNotFoundCode, kind: "method_not_found",
      "There is no method \(JSONValue.string(method).text).",
      ["method": .string(method)])
  }

  package static let cancelled = RPCError(
    code: cancelledCode, kind: "request_cancelled", "The request was cancelled by $/cancelRequest.")

  package static func internalError(_ reason: String) -> RPCError {
    RPCError(code: internalCode, kind: "internal", reason)
  }

  /// All that is wrong with the params at once; the first is also the message.
  package static func invalidParams(_ violations: [Violation]) -> RPCError {
    let first = violations.first.map {
      $0.pointer.isEmpty ? "params \($0.message)" : "\($0.pointer) \($0.message)"
    }
    let rest = violations.count > 1 ? " (and \(violations.count - 1) more)" : ""
    return RPCError(
      code: invalidParamsCode, kind: "invalid_params", "Invalid params: \(first ?? "")\(rest).",
      ["errors": .array(violations.map { ["pointer": .string($0.pointer), "message": .string($0.message)] })])
  }
}
