import JSON

/// The compiler of a schema's JSON into a program: a list of nodes that name each other by place.
struct SchemaCompiler {
  private let files: SchemaFiles
  private var drafts: [SchemaDraft?] = []
  /// Where a schema that was referred to is, so that circles end.
  private var referred: [SchemaLocation: Int] = [:]
  /// The file's whole JSON, for `$ref`s into it.
  private var documents: [String: JSONValue]

  private init(files: SchemaFiles, documents: [String: JSONValue]) {
    self.files = files
    self.documents = documents
  }

  /// `document` is the whole of the file that `json` stands in at `location`.
  static func compile(
    _ json: JSONValue, at location: SchemaLocation, of document: JSONValue, files: SchemaFiles
  ) throws(SchemaError) -> (nodes: [SchemaNode], root: Int) {
    var compiler = SchemaCompiler(files: files, documents: [location.file: document])
    let root = try compiler.node(json, location)
    let nodes = compiler.drafts.map { SchemaNode($0 ?? SchemaDraft()) }
    try refuseCircles(in: nodes, location)
    return (nodes, root)
  }

  mutating func node(_ json: JSONValue, _ location: SchemaLocation) throws(SchemaError) -> Int {
    let place = drafts.count
    drafts.append(nil)
    try fill(place, json, location)
    return place
  }

  private mutating func fill(_ place: Int, _ json: JSONValue, _ location: SchemaLocation) throws(SchemaError)
  {
    var draft = SchemaDraft()
    switch json {
    case .bool(let anything): draft.isNever = !anything
    case .object(let object):
      for member in object.members { try apply(member, to: &draft, location) }
    case .null, .number, .string, .array:
      throw SchemaError(location: location.text, reason: "a schema must be an object, true or false")
    }
    drafts[place] = draft
  }

  private mutating func apply(
    _ member: JSONObject.Member, to draft: inout SchemaDraft, _ location: SchemaLocation
  ) throws(SchemaError) {
    let here = location.appending(member.key)
    if member.key == "x-pattern-message" {
      draft.string.patternMessage = try KeywordValue(member.value, here).string()
      return
    }
    if member.key.hasPrefix("x-") { return }
    guard let keyword = Keyword(rawValue: member.key) else {
      throw SchemaError(location: location.text, reason: "the keyword \(member.key) is not known")
    }
    try draft.apply(keyword, KeywordValue(member.value, here), &self)
  }

  /// The node that `$ref` points to, compiled at its first use.
  mutating func reference(_ text: String, _ location: SchemaLocation) throws(SchemaError) -> Int {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let file = try name.isEmpty ? location.file : load(name, location)
    guard let keys = JSONPointer.keys(ofFragment: parts.count > 1 ? parts[1] : ""),
      let json = documents[file].flatMap({ JSONPointer.value(at: keys, in: $0) })
    else { throw SchemaError(location: location.text, reason: "\(text) points to nothing") }
    let target = keys.reduce(SchemaLocation(file: file, pointer: "")) { $0.appending($1) }
    if let place = referred[target] { return place }
    let place = drafts.count
    drafts.append(nil)
    referred[target] = place
    try fill(place, json, target)
    return place
  }

  private mutating func load(_ name: String, _ location: SchemaLocation) throws(SchemaError) -> String {
    do {
      guard let found = try files.find(name, from: location.file) else {
        throw SchemaError(location: location.text, reason: "there is no file \(name)")
      }
      documents[found.name] = found.json
      return found.name
    } catch let error as SchemaError {
      throw error
    } catch {
      throw SchemaError(location: location.text, reason: "\(name): \(error)")
    }
  }

  /// A schema that refers to itself for the same value would be checked without end.
  private static func refuseCircles(in nodes: [SchemaNode], _ location: SchemaLocation) throws(SchemaError) {
    enum Mark { case open, done }
    var marks: [Int: Mark] = [:]
    func visit(_ place: Int) throws(SchemaError) {
      switch marks[place] {
      case .done: return
      case .open: throw SchemaError(location: location.text, reason: "a schema refers to itself in a circle")
      case nil: break
      }
      marks[place] = .open
      for target in nodes[place].applied.flatMap(\.places) { try visit(target) }
      marks[place] = .done
    }
    for place in nodes.indices { try visit(place) }
  }
}

extension SchemaNode.Applied {
  fileprivate var places: [Int] {
    switch self {
    case .all(let places), .any(let places), .one(let places): places
    case .not(let place): [place]
    }
  }
}
