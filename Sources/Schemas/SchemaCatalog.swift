import JSON
import Synchronization

/// The files of schemas/, each parsed and compiled when it is first asked for.
package final class SchemaCatalog: Sendable {
  /// What was embedded at build time.
  package static let embedded = SchemaCatalog(EmbeddedSchemas.files)

  private let texts: [String: String]
  private let completions: [String: Completion]
  /// The methods with a schema, sorted by name.
  package let methodNames: [String]

  private struct Cache {
    var documents: [String: JSONValue] = [:]
    var methods: [String: MethodSchema] = [:]
  }
  /// Never held while parsing or compiling: two threads may do the same work, and get the same.
  private let cache = Mutex(Cache())

  /// A function that puts into a file what only the program that serves it knows.
  package typealias Completion = @Sendable (inout JSONObject) -> Void

  /// `files`: paths within schemas/ (`server.ping.json`, `defs/user.json`) and their texts.
  package convenience init(_ files: [(path: String, text: String)]) {
    self.init(Dictionary(files.map { ($0.path, $0.text) }, uniquingKeysWith: { $1 }), [:])
  }

  private init(_ texts: [String: String], _ completions: [String: Completion]) {
    self.texts = texts
    self.completions = completions
    methodNames = texts.keys.filter { !$0.contains("/") }.map { String($0.dropLast(".json".count)) }.sorted()
  }

  /// The same files, each by its path completed when it is first asked for.
  package func completed(_ completions: [String: Completion]) -> SchemaCatalog {
    SchemaCatalog(texts, completions)
  }

  /// Nil when there is no such method; throws when its file is not as it should be.
  package func method(_ name: String) throws(SchemaError) -> MethodSchema? {
    if let known = cache.withLock({ $0.methods[name] }) { return known }
    let path = name + ".json"
    guard !name.contains("/"), let json = try document(path) else { return nil }
    let method = try MethodSchema(name: name, file: path, json: json, files: files)
    cache.withLock { $0.methods[name] = method }
    return method
  }

  /// Compiles every file, shared pieces too; for the build's tests.
  package func compileAll() throws(SchemaError) {
    for name in methodNames {
      guard let method = try method(name) else { continue }
      try method.params.compile()
      try method.result.compile()
      try method.notification?.compile()
    }
    for path in definitionPaths {
      guard let json = try document(path) else { continue }
      try Schema(json, at: SchemaLocation(file: path, pointer: ""), of: json, files: files).compile()
    }
  }

  /// The shared pieces, sorted by path: `defs/user.json`.
  package var definitionPaths: [String] { texts.keys.filter { $0.contains("/") }.sorted() }

  /// A file's JSON by its path within schemas/.
  package func document(_ path: String) throws(SchemaError) -> JSONValue? {
    if let known = cache.withLock({ $0.documents[path] }) { return known }
    guard let text = texts[path] else { return nil }
    do throws(JSONError) {
      var json = try JSONParser.parse(text)
      if let complete = completions[path], var file = json.object {
        complete(&file)
        json = .object(file)
      }
      cache.withLock { $0.documents[path] = json }
      return json
    } catch {
      throw SchemaError(location: path, reason: "\(error)")
    }
  }

  private var files: SchemaFiles { SchemaFiles { [unowned self] path in try document(path) } }
}
