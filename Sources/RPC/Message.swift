import JSON

/// The content of one line or of one Content-Length body.
package enum Message: Equatable, Sendable {
  case single(Call)
  /// 1 to `batchLimit` entries.
  case batch([Call])

  package static let batchLimit = 1000

  /// Never fails: what cannot be read is a call that is answered with an error.
  package static func parse(_ bytes: [UInt8]) -> Message {
    do throws(JSONError) {
      return Message(try JSONParser.parse(bytes))
    } catch {
      return .single(.invalid(id: .null, .parse(error)))
    }
  }

  package init(_ json: JSONValue) {
    guard case .array(let entries) = json else {
      self = .single(Call(json))
      return
    }
    guard !entries.isEmpty else {
      self = .single(.invalid(id: .null, .invalidRequest("A batch must have at least one entry.")))
      return
    }
    guard entries.count <= Self.batchLimit else {
      let reason = "A batch must have at most \(Self.batchLimit) entries, not \(entries.count)."
      self = .single(.invalid(id: .null, .invalidRequest(reason)))
      return
    }
    self = .batch(entries.map(Call.init))
  }
}

extension Call {
  package init(_ json: JSONValue) {
    guard case .object(let object) = json else {
      self = .invalid(id: .null, .invalidRequest("A request must be an object."))
      return
    }
    var fields = MessageMembers()
    for member in object.members { fields.take(member) }
    self = fields.call
  }
}

/// The members of a request object that mean something; others are ignored, as most peers' extensions need.
private struct MessageMembers {
  private var isVersion2 = false
  private var id: JSONValue?
  private var hasMethod = false
  /// Nil for a method that is not a string.
  private var method: String?
  /// Nil for params that are neither object nor array.
  private var params: Params? = Params.none
  private var isResponse = false

  mutating func take(_ member: JSONObject.Member) {
    switch member.key {
    case "jsonrpc": isVersion2 = member.value.string == "2.0"
    case "id": id = member.value
    case "method":
      hasMethod = true
      method = member.value.string
    case "params": params = Params(member.value)
    case "result", "error": isResponse = true
    default: break
    }
  }

  var call: Call {
    if !hasMethod, isResponse { return .response }
    switch id {
    case nil, .null, .number, .string: break
    case .bool, .array, .object: return refusal("id must be a string, a number or null.")
    }
    guard isVersion2 else { return refusal("jsonrpc must be \"2.0\".") }
    guard let method else { return refusal("method must be a string.") }
    guard let params else { return refusal("params must be an object or an array.") }
    guard let id else { return .notification(method: method, params: params) }
    return .request(Request(id: id, method: method, params: params))
  }

  /// Answered even without an id: what is not a request is not a notification either (section 5.1).
  private func refusal(_ reason: String) -> Call {
    switch id {
    case .string, .number: .invalid(id: id ?? .null, .invalidRequest(reason))
    case nil, .null, .bool, .array, .object: .invalid(id: .null, .invalidRequest(reason))
    }
  }
}

extension Params {
  fileprivate init?(_ json: JSONValue) {
    switch json {
    case .object(let object): self = .named(object)
    case .array(let values): self = .positional(values)
    // Not the specification's; several clients write what is absent so.
    case .null: self = .none
    case .bool, .number, .string: return nil
    }
  }
}
