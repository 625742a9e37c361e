import JSON
import Schemas

/// One entry of a message.
package enum Call: Equatable, Sendable {
  case request(Request)
  /// Never answered, not even with an error.
  case notification(method: String, params: Params)
  /// An answer to a request we never made; ignored.
  case response
  /// Not a call; answered with the error.
  case invalid(id: JSONValue, RPCError)
}

package struct Request: Equatable, Sendable {
  /// A string, a number as it was written, or null.
  package let id: JSONValue
  package let method: String
  package let params: Params

  package init(id: JSONValue, method: String, params: Params) {
    self.id = id
    self.method = method
    self.params = params
  }
}

/// The `params` of a call as they were sent.
package enum Params: Equatable, Sendable {
  case none
  case named(JSONObject)
  case positional([JSONValue])

  /// By name, whatever the form; `order` is the method's parameters as its schema lists them.
  ///
  /// Throws −32602 for more values than `order` has names.
  package func named(in order: @autoclosure () -> [String]) throws(RPCError) -> JSONObject {
    switch self {
    case .none: return JSONObject()
    case .named(let object): return object
    case .positional(let values):
      let names = order()
      guard values.count <= names.count else {
        let most = names.count == 1 ? "1 value" : "\(names.count) values"
        throw .invalidParams([
          Violation(pointer: "", message: "must have at most \(most), not \(values.count)")
        ])
      }
      return JSONObject(Array(zip(names, values)))
    }
  }
}
