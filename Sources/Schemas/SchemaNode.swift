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
    number = draft.number.isEmpty ? nil : NumberRules(draft.number)
    string = draft.string.isEmpty ? nil : StringRules(draft.string)
    array = draft.array.isEmpty ? nil : ArrayRules(draft.array)
    object = draft.object.isEmpty ? nil : ObjectRules(draft.object)
    applied = draft.applied
  }
}
