import JSON

/// The reference from which a deployment's next attempt goes on.
package struct Checkpoint: Hashable, Sendable {
  /// What the program gave: a path, a URL; means nothing to us.
  package let reference: String
  package let at: Timestamp
  /// The attempt that made it.
  package let attempt: Int

  package init(reference: String, at: Timestamp, attempt: Int) {
    self.reference = reference
    self.at = at
    self.attempt = attempt
  }
}

extension Checkpoint {
  init(_ fields: Fields) throws {
    reference = try fields.string("reference")
    at = try fields.time("at")
    attempt = try fields.int("attempt")
  }

  var json: JSONValue {
    var row = JSONObject()
    row.append("reference", reference)
    row.append("at", at)
    row.append("attempt", .int(attempt))
    return .object(row)
  }
}
