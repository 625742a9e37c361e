import JSON
import Synchronization

/// The form to which a schema is compiled, when it is first needed: a catalog has many, and a process uses few.
final class SchemaProgram: Sendable {
  typealias Compiled = (nodes: [SchemaNode], root: Int)

  let json: JSONValue
  let location: SchemaLocation
  /// The whole of the file that `json` stands in.
  let document: JSONValue
  let files: SchemaFiles
  private let result = Mutex<Result<Compiled, SchemaError>?>(nil)

  init(_ json: JSONValue, at location: SchemaLocation, of document: JSONValue, files: SchemaFiles) {
    self.json = json
    self.location = location
    self.document = document
    self.files = files
  }

  func compiled() throws(SchemaError) -> Compiled {
    if let known = result.withLock({ $0 }) { return try known.get() }
    // Not under the lock: files may be parsed on the way. Two threads compile the same.
    let made = Result { () throws(SchemaError) in
      try SchemaCompiler.compile(json, at: location, of: document, files: files)
    }
    result.withLock { $0 = made }
    return try made.get()
  }
}
