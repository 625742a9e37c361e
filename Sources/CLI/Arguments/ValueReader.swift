import JSON

/// A reader of a word as the value that a shape wants. Bounds and patterns are the server's to check.
struct ValueReader {
  /// How messages call it: `--required-cpu`, or `env.PORT`.
  let label: String
  let shape: ValueShape

  /// The value of one word.
  func scalar(_ text: String) throws(UsageError) -> JSONValue {
    let parsed = try? JSONParser.parse(text)
    if shape.kinds.isEmpty { return parsed ?? .string(text) }
    if shape.may(be: .object), text.hasPrefix("{") {
      guard let object = parsed, object.object != nil else { throw UsageError("\(label): this is not JSON") }
      return object
    }
    if !shape.choices.isEmpty { return try choice(text) }
    if let parsed, accepts(parsed) { return parsed }
    if shape.may(be: .string) { return .string(text) }
    throw UsageError("\(label) takes \(wanted), not '\(text)'")
  }

  /// True for what is written in JSON and is not text: null, a truth value, a number.
  private func accepts(_ value: JSONValue) -> Bool {
    switch value {
    case .null: shape.may(be: .null) && !shape.may(be: .string)
    case .bool: shape.may(be: .boolean)
    case .number(let number):
      shape.may(be: .number) || (shape.may(be: .integer) && number.isInteger)
    case .string, .array, .object: false
    }
  }

  private func choice(_ text: String) throws(UsageError) -> JSONValue {
    for choice in shape.choices where (choice.string ?? choice.text) == text { return choice }
    let names = shape.choices.map { $0.string ?? $0.text }
    let near = Spelling.nearest(to: text, among: names)
    throw UsageError("\(label) takes \(Spelling.alternatives(names)), not '\(text)'", hint: near)
  }

  private var wanted: String {
    var nouns: [String] = []
    if shape.may(be: .integer) { nouns.append("a whole number") }
    if shape.may(be: .number) { nouns.append("a number such as 0.5") }
    if shape.may(be: .boolean) { nouns.append("true or false") }
    if shape.may(be: .object) { nouns.append("KEY=VALUE or a JSON object") }
    if shape.may(be: .null) { nouns.append("null") }
    let unit = shape.unit.map { " (\($0))" } ?? ""
    return Spelling.alternatives(nouns) + unit
  }

  /// The elements that one occurrence of an array's flag adds.
  func elements(_ text: String) throws(UsageError) -> [JSONValue] {
    let item = ValueReader(label: label, shape: shape.items.first ?? ValueShape())
    guard !item.shape.may(be: .string), text.hasPrefix("["), let list = (try? JSONParser.parse(text))?.array
    else {
      return [item.shape.isWord ? try item.scalar(text) : try item.record(text)]
    }
    return list
  }

  /// An object in one word: JSON, or `name=a,cpu=8,labels.gpu=A100`.
  private func record(_ text: String) throws(UsageError) -> JSONValue {
    var object = JSONObject()
    if text.hasPrefix("{") {
      try merge(text, into: &object)
    } else {
      for part in text.split(separator: ",") { try merge(String(part), into: &object) }
    }
    return .object(object)
  }

  /// Adds what one occurrence of an object's flag says: `KEY=VALUE`, or a JSON object.
  func merge(_ text: String, into object: inout JSONObject) throws(UsageError) {
    if text.hasPrefix("{") {
      guard let members = (try? JSONParser.parse(text))?.object?.members else {
        throw UsageError("\(label): this is not a JSON object")
      }
      for member in members { try add(member.key, member.value, to: &object) }
      return
    }
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw UsageError("\(label) takes KEY=VALUE or a JSON object, not '\(text)'")
    }
    try add(String(text[..<equals]), word: String(text[text.index(after: equals)...]), to: &object)
  }

  private func add(_ key: String, word: String, to object: inout JSONObject) throws(UsageError) {
    if let dot = key.firstIndex(of: "."), let part = shape.property(String(key[..<dot])),
      part.may(be: .object)
    {
      let outer = String(key[..<dot])
      var inner = object[outer]?.object ?? JSONObject()
      let reader = ValueReader(label: "\(label) \(outer)", shape: part)
      try reader.add(String(key[key.index(after: dot)...]), word: word, to: &inner)
      object[outer] = .object(inner)
      return
    }
    let known = shape.properties.map(\.name)
    let name = known.first { Spelling.key($0) == Spelling.key(key) } ?? key
    guard let part = shape.property(name) ?? shape.values.first else {
      let near = Spelling.nearest(to: key, among: known)
      throw UsageError("\(label) has no '\(key)'", hint: near ?? "one of \(known.joined(separator: ", "))")
    }
    let reader = ValueReader(label: "\(label) \(name)", shape: part)
    guard part.may(be: .array) else { return try add(name, try reader.scalar(word), to: &object) }
    // `gpu=A100,H100` and `gpu=A100` with `gpu=H100` behind it say the same.
    var elements = object[name]?.array ?? []
    for element in word.split(separator: ",") { elements += try reader.elements(String(element)) }
    object[name] = .array(elements)
  }

  private func add(_ key: String, _ value: JSONValue, to object: inout JSONObject) throws(UsageError) {
    guard object[key] == nil else { throw UsageError("\(label) has '\(key)' twice") }
    object.append(key, value)
  }
}
