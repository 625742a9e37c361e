import JSON
import RPC
import Schemas
import Services

/// The contract of every method: what it takes, as its schema says, with what the catalog adds to all.
package final class Contract {
  private var schemas: [ObjectIdentifier: Schema] = [:]

  package init() {}

  /// The params by name, when the method's schema accepts them; nothing has happened yet.
  func accept(_ params: Params, for method: Method) throws -> JSONObject {
    let schema = try schema(of: method)
    let named = try params.named(in: schema.orderedProperties.map(\.name))
    let violations = schema.violations(in: .object(named))
    guard violations.isEmpty else { throw RPCError.invalidParams(violations) }
    return named
  }

  private func schema(of method: Method) throws -> Schema {
    if let known = schemas[ObjectIdentifier(method)] { return known }
    let schema = try Self.params(of: method)
    schemas[ObjectIdentifier(method)] = schema
    return schema
  }

  private static func file(of method: Method) throws -> MethodSchema {
    guard let file = try SchemaCatalog.served.method(method.name) else {
      throw RPCError.internalError("There is no schema for \(method.name).")
    }
    return file
  }

  /// The method's params with `request_key` where it acts once under one, and `token`, which every method takes: those
  /// that are open to all do not look at it, or show more to whose it is.
  package static func params(of method: Method) throws -> Schema {
    let params = try withRequestKey(method)
    guard params.json["properties"]?["token"] == nil else { return params }
    return try params.adding(property: "token", schema: try definition("bearer"))
  }

  private static func withRequestKey(_ method: Method) throws -> Schema {
    let params = try file(of: method).params
    guard method.takesRequestKey else { return params }
    return try params.adding(property: "request_key", schema: try definition("request_key"))
  }

  /// The method's schema file as the command line takes it: without `token`, which never stands in argv.
  package static func document(of method: Method) throws -> JSONObject {
    var document = try file(of: method).json.object ?? [:]
    document["params"] = try withRequestKey(method).json
    return document
  }

  private static func definition(_ name: String) throws -> JSONValue {
    guard let json = try SchemaCatalog.served.document("defs/\(name).json") else {
      throw RPCError.internalError("There is no schema defs/\(name).json.")
    }
    return json
  }
}
