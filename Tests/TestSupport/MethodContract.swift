import API
import JSON
import RPC
import Schemas
import Synchronization

/// An exchange was not as the schemas say.
package struct ContractBreach: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// The schemas of each method, compiled once for all tests.
package enum MethodContract {
  private struct Compiled: Sendable {
    let params: Schema
    let result: Schema
    let errors: Set<Int>
    let notification: Schema?
  }

  private static let cache = Mutex<[String: Compiled]>([:])

  /// Codes of JSON-RPC itself, which any method may answer, and what each code's `data.kind` is.
  private static let kinds: [Int: Set<String>] = [
    -32700: ["parse_error", "too_long"], -32600: ["invalid_request"], -32601: ["method_not_found"],
    -32602: ["invalid_params"], -32603: ["internal"], 1001: ["unauthenticated"], 1003: ["forbidden"],
    1004: ["not_found"], 1009: ["conflict"], 1010: ["quota_exceeded"], 1012: ["unschedulable"],
    1029: ["rate_limited"], 1050: ["unavailable"], -32800: ["request_cancelled"],
  ]

  private static func compiled(_ name: String) throws -> Compiled {
    if let known = cache.withLock({ $0[name] }) { return known }
    guard let method = MethodCatalog.named(name), let file = try SchemaCatalog.served.method(name) else {
      throw ContractBreach("there is no method \(name)")
    }
    let made = Compiled(
      params: try Contract.params(of: method), result: file.result, errors: Set(file.errors),
      notification: file.notification)
    cache.withLock { $0[name] = made }
    return made
  }

  package static func checkParams(_ params: JSONObject, of method: String) throws {
    try check(.object(params), by: compiled(method).params, "the params of \(method)")
  }

  package static func checkResult(_ result: JSONValue, of method: String) throws {
    try check(result, by: compiled(method).result, "the result of \(method)")
  }

  package static func checkNotification(_ params: JSONValue, of method: String) throws {
    guard let schema = try compiled(method).notification else {
      throw ContractBreach("\(method) has no notifications")
    }
    try check(params, by: schema, "a notification of \(method)")
  }

  private static func check(_ value: JSONValue, by schema: Schema, _ subject: String) throws {
    let violations = schema.violations(in: value)
    guard violations.isEmpty else {
      let list = violations.map { "\($0.pointer) \($0.message)" }.joined(separator: "; ")
      throw ContractBreach("\(subject): \(list), in \(value.text)")
    }
  }

  /// The error object's shape, its kind, and that `method` (nil: none was reached) may answer it.
  package static func checkError(_ error: JSONValue, of method: String?) throws -> Refused {
    guard let object = error.object, Set(object.keys) == ["code", "message", "data"],
      let code = error.at("code").int, let message = error.at("message").string,
      let data = error.at("data").object, let kind = data["kind"]?.string
    else { throw ContractBreach("an error of another shape: \(error.text)") }
    guard kinds[code]?.contains(kind) == true else {
      throw ContractBreach("kind \(kind) does not belong to code \(code)")
    }
    guard message.count > 10, message.hasSuffix(".") || message.hasSuffix("?") else {
      throw ContractBreach("not a sentence: \(message)")
    }
    let isStandard = code <= -32600
    if let method, !isStandard, try !compiled(method).errors.contains(code) {
      throw ContractBreach("\(method) does not list the error \(code): \(message)")
    }
    return Refused(code: code, kind: kind, message: message, data: data)
  }
}

/// A call was answered with an error of the right shape.
package struct Refused: Error, Sendable, CustomStringConvertible {
  package let code: Int
  package let kind: String
  package let message: String
  package let data: JSONObject

  package var description: String { "\(code) \(message) \(JSONValue.object(data).text)" }
}
