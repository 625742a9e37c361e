import JSON

/// A mutation that was asked under a `request_key`, so that asking again changes nothing.
package struct Request: StoredRow {
  /// Keys are forgotten this long after their use, in journal time.
  package static let lifetimeSeconds = 86_400.0

  package let id: RequestID
  package let userID: UserID
  package let key: String
  package let method: String
  /// A hash of the params without `token`.
  package let paramsHash: String
  /// The id of the object that the method returned.
  package let objectID: Int
  package let at: Timestamp

  package init(
    id: RequestID, userID: UserID, key: String, method: String, paramsHash: String, objectID: Int,
    at: Timestamp
  ) {
    self.id = id
    self.userID = userID
    self.key = key
    self.method = method
    self.paramsHash = paramsHash
    self.objectID = objectID
    self.at = at
  }

  /// What makes a key one user's, byte for byte (Swift's strings are equal when canonically equivalent).
  package struct Name: Hashable, Sendable {
    let userID: UserID
    let key: [UInt8]
  }

  package var name: Name { Name(userID: userID, key: Array(key.utf8)) }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "request")
    id = try fields.id("id")
    userID = try fields.id("user_id")
    key = try fields.string("key")
    method = try fields.string("method")
    paramsHash = try fields.string("params_hash")
    objectID = try fields.int("object_id")
    at = try fields.time("at")
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.append("id", id)
    row.append("user_id", userID)
    row.append("key", key)
    row.append("method", method)
    row.append("params_hash", paramsHash)
    row.append("object_id", .int(objectID))
    row.append("at", at)
    return row
  }
}
