import JSON

/// A mutation that was asked under a `request_key`, so that asking again changes nothing.
package struct KeyedRequest: StoredRow {
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
  /// What was answered, when the object is gone since and cannot be shown as it is now.
  package let result: JSONObject?
  package let at: Timestamp

  package init(
    id: RequestID, userID: UserID, key: String, method: String, paramsHash: String, objectID: Int,
    result: JSONObject?, at: Timestamp
  ) {
    self.id = id
    self.userID = userID
    self.key = key
    self.method = method
    self.paramsHash = paramsHash
    self.objectID = objectID
    self.result = result
    self.at = at
  }

  /// A key as one user's, byte for byte (Swift's strings are equal when canonically equivalent).
  package struct Name: Hashable, Sendable {
    let userID: UserID
    let key: [UInt8]

    package init(userID: UserID, key: String) {
      self.userID = userID
      self.key = Array(key.utf8)
    }
  }

  package var name: Name { Name(userID: userID, key: key) }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "request")
    id = try fields.id("id")
    userID = try fields.id("user_id")
    key = try fields.string("key")
    method = try fields.string("method")
    paramsHash = try fields.string("params_hash")
    objectID = try fields.int("object_id")
    result = row["result"]?.object
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
    if let result { row.append("result", .object(result)) }
    row.append("at", at)
    return row
  }
}
