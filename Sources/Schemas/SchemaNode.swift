import JSON

/// The JSON types a schema allows.
struct TypeSet: OptionSet, Sendable {
  let rawValue: UInt8

  static let null = TypeSet(rawValue: 1)
  static let boolean = TypeSet(rawValue: 2)
  static let integer = TypeSet(rawValue: 4)
  /// A number that need not be an integer; `number` in a schema is both.
  static let fraction = TypeSet(rawValue: 8)
  static let string = TypeSet(rawValue: 16)
  static let array = TypeSet(rawValue: 32)
  static let object = TypeSet(rawValue: 64)
  static let number: TypeSet = [.integer, .fraction]
  static let all = TypeSet(rawValue: 127)

  /// In the order a sentence lists them.
  static let named: [(name: String, noun: String, types: TypeSet)] = [
    ("string", "a string", .string), ("number", "a number", .number), ("integer", "an integer", .integer),
    ("boolean", "true or false", .boolean), ("array", "an array", .array), ("object", "an object", .object),
    ("null", "null", .null),
  ]
}

/// One compiled schema. Those it refers to are places in the program's list of nodes, since references may
/// go in circles.
final class SchemaNode: Sendable {
  let types: TypeSet
  /// `false`, or nothing can match.
  let isNever: Bool
  /// `enum` or `const`.
  let constants: [JSONValue]?
  let number: NumberRules?
  let string: StringRules?
  let array: ArrayRules?
  let object: ObjectRules?
  let applied: [Applied]

  /// Schemas applied to the same value.
  enum Applied: Sendable {
    case all([Int])
    case any([Int])
    case one([Int])
    case not(Int)
  }

  init(_ draft: SchemaDraft) {
    types = draft.types
    isNever = draft.isNever
    constants = draft.constants
    number = draft.number.isEmpty ? nil : draft.number
    string = draft.string.isEmpty ? nil : draft.string
    array = draft.array.isEmpty ? nil : draft.array
    object = draft.object.isEmpty ? nil : ObjectRules(draft.object)
    applied = draft.applied
  }
}

/// A node while its keywords are read.
struct SchemaDraft {
  var types = TypeSet.all
  var isNever = false
  var constants: [JSONValue]?
  var number = NumberRules()
  var string = StringRules()
  var array = ArrayRules()
  var object = ObjectDraft()
  var applied: [SchemaNode.Applied] = []
}

struct NumberRules: Sendable {
  var minimum: JSONNumber?
  var maximum: JSONNumber?
  var exclusiveMinimum: JSONNumber?
  var exclusiveMaximum: JSONNumber?
  var multipleOf: JSONNumber?

  var isEmpty: Bool {
    minimum == nil && maximum == nil && exclusiveMinimum == nil && exclusiveMaximum == nil
      && multipleOf == nil
  }
}

struct StringRules: Sendable {
  var minLength = 0
  var maxLength = Int.max
  var pattern: Pattern?
  /// `x-pattern-message`: the pattern in words, after "must".
  var patternMessage: String?

  var isEmpty: Bool { minLength == 0 && maxLength == .max && pattern == nil }
}

struct ArrayRules: Sendable {
  var items: Int?
  var contains: Int?
  var minItems = 0
  var maxItems = Int.max
  var uniqueItems = false

  var isEmpty: Bool {
    items == nil && contains == nil && minItems == 0 && maxItems == .max && !uniqueItems
  }
}

struct ObjectDraft {
  var properties: [(name: String, node: Int)] = []
  var required: [String] = []
  var patterns: [(pattern: Pattern, node: Int)] = []
  /// Nil allows any; the schema `false` is `SchemaNode.isNever`.
  var additional: Int?
  var names: Int?
  var minProperties = 0
  var maxProperties = Int.max

  var isEmpty: Bool {
    properties.isEmpty && required.isEmpty && patterns.isEmpty && additional == nil && names == nil
      && minProperties == 0 && maxProperties == .max
  }
}

final class ObjectRules: Sendable {
  struct Property: Sendable {
    let name: String
    /// Nil for a name that is only required.
    let node: Int?
  }

  let properties: [Property]
  /// Places in `properties`, in the order of `required`.
  let required: [Int]
  let patterns: [(pattern: Pattern, node: Int)]
  let additional: Int?
  let names: Int?
  let minProperties: Int
  let maxProperties: Int

  init(_ draft: ObjectDraft) {
    var properties = draft.properties.map { Property(name: $0.name, node: $0.node) }
    required = draft.required.map { name in
      if let place = properties.firstIndex(where: { $0.name == name }) { return place }
      properties.append(Property(name: name, node: nil))
      return properties.count - 1
    }
    self.properties = properties
    patterns = draft.patterns
    additional = draft.additional
    names = draft.names
    minProperties = draft.minProperties
    maxProperties = draft.maxProperties
  }

  /// The place of `name`, looked for from `hint` on: members mostly come in the schema's order.
  func place(of name: String, from hint: Int) -> Int? {
    for place in hint..<properties.count where properties[place].name == name { return place }
    for place in 0..<min(hint, properties.count) where properties[place].name == name { return place }
    return nil
  }
}
