/// A reason for which a schema cannot be compiled: a mistake in a file of schemas/, found by the build's tests.
package struct SchemaError: Error, Equatable, Sendable, CustomStringConvertible {
  /// File and JSON Pointer: `deployments.create.json#/params/properties/name`.
  package let location: String
  package let reason: String

  package var description: String { "\(location): \(reason)" }
}
