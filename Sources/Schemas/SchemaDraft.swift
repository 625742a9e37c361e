import JSON

/// A node while its keywords are read.
struct SchemaDraft {
  var types = TypeSet.all
  var isNever = false
  var constants: [JSONValue]?
  var number = NumberDraft()
  var string = StringDraft()
  var array = ArrayDraft()
  var object = ObjectDraft()
  var applied: [SchemaNode.Applied] = []
}

struct NumberDraft {
  var minimum: NumberRules.Bound?
  var maximum: NumberRules.Bound?
  var exclusiveMinimum: NumberRules.Bound?
  var exclusiveMaximum: NumberRules.Bound?
  var multipleOf: NumberRules.Bound?

  var isEmpty: Bool {
    minimum == nil && maximum == nil && exclusiveMinimum == nil && exclusiveMaximum == nil
      && multipleOf == nil
  }
}

struct StringDraft {
  var minLength = 0
  var maxLength = Int.max
  var pattern: Pattern?
  /// `x-pattern-message`: the pattern in words, after "must".
  var patternMessage: String?

  var isEmpty: Bool { minLength == 0 && maxLength == .max && pattern == nil }
}

struct ArrayDraft {
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
