import JSON

/// A keyword's value and where it stands, read as what the keyword needs.
struct KeywordValue {
  let json: JSONValue
  let location: SchemaLocation

  init(_ json: JSONValue, _ location: SchemaLocation) {
    self.json = json
    self.location = location
  }

  func error(_ reason: String) -> SchemaError { SchemaError(location: location.text, reason: reason) }

  func string() throws(SchemaError) -> String {
    guard let string = json.string else { throw error("must be a string") }
    return string
  }

  func bool() throws(SchemaError) -> Bool {
    guard let bool = json.bool else { throw error("must be true or false") }
    return bool
  }

  func count() throws(SchemaError) -> Int {
    guard let count = json.int, count >= 0 else { throw error("must be an integer of at least 0") }
    return count
  }

  func bound() throws(SchemaError) -> NumberRules.Bound {
    guard let number = json.number, let decimal = number.decimal else {
      throw error("must be a number of at most \(JSONNumber.Decimal.digits) digits")
    }
    return NumberRules.Bound(text: number.text, decimal: decimal)
  }

  func array() throws(SchemaError) -> [JSONValue] {
    guard let array = json.array else { throw error("must be an array") }
    return array
  }

  func strings() throws(SchemaError) -> [String] {
    let strings = try array().compactMap(\.string)
    guard try strings.count == array().count else { throw error("must be an array of strings") }
    return strings
  }

  func object() throws(SchemaError) -> JSONObject {
    guard let object = json.object else { throw error("must be an object") }
    return object
  }

  func pattern(_ text: String) throws(SchemaError) -> Pattern {
    do throws(PatternError) {
      return try Pattern(text)
    } catch {
      throw self.error("the pattern \(error.reason)")
    }
  }

  func types() throws(SchemaError) -> TypeSet {
    var types: TypeSet = []
    let names = if let name = json.string { [name] } else { try strings() }
    for name in names {
      guard let type = TypeSet.named.first(where: { $0.name == name }) else {
        throw error("there is no type \(name)")
      }
      types.formUnion(type.types)
    }
    return types
  }

  func node(_ compiler: inout SchemaCompiler) throws(SchemaError) -> Int { try compiler.node(json, location) }

  func nodes(_ compiler: inout SchemaCompiler) throws(SchemaError) -> [Int] {
    let schemas = try array()
    guard !schemas.isEmpty else { throw error("must have at least one schema") }
    var nodes: [Int] = []
    for (index, schema) in schemas.enumerated() {
      nodes.append(try compiler.node(schema, location.appending(String(index))))
    }
    return nodes
  }

  func members(_ compiler: inout SchemaCompiler) throws(SchemaError) -> [(name: String, node: Int)] {
    var members: [(name: String, node: Int)] = []
    for member in try object().members {
      members.append((member.key, try compiler.node(member.value, location.appending(member.key))))
    }
    return members
  }
}
