import JSON
import Model

/// The reason for which a request was refused. Nothing has changed when one is thrown.
package enum ServiceError: Error, Sendable {
  /// One sentence; the same for an unknown user and a wrong password.
  case unauthenticated(String)
  /// Role or scope too low.
  case forbidden(String)
  /// Unknown, or another organization's: the two are not told apart.
  case notFound(String, JSONObject)
  /// Not in a state that allows it.
  case conflict(String, JSONObject)
  case quotaExceeded(String, JSONObject)
  /// Can never fit.
  case unschedulable(String)
  case rateLimited(retryAfterSeconds: Int)
  /// A parameter whose shape is right and whose value is not.
  case invalid(pointer: String, String)

  package static func conflict(_ sentence: String) -> ServiceError { .conflict(sentence, [:]) }

  package static func unknown<Row>(_ noun: String, _ id: Identifier<Row>) -> ServiceError {
    .notFound("There is no \(noun) \(id) that you can see.", [:])
  }
}
