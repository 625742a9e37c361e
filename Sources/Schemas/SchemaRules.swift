import JSON

// What a node asks of each kind of value. Classes, so that the validator passes them on at the cost of a
// reference.

final class NumberRules: Sendable {
  /// A bound as it is written, and what it means.
  struct Bound: Sendable {
    let text: String
    let decimal: JSONNumber.Decimal
  }

  let minimum: Bound?
  let maximum: Bound?
  let exclusiveMinimum: Bound?
  let exclusiveMaximum: Bound?
  let multipleOf: Bound?

  init(_ draft: NumberDraft) {
    minimum = draft.minimum
    maximum = draft.maximum
    exclusiveMinimum = draft.exclusiveMinimum
    exclusiveMaximum = draft.exclusiveMaximum
    multipleOf = draft.multipleOf
  }
}

final class StringRules: Sendable {
  let minLength: Int
  let maxLength: Int
  let pattern: Pattern?
  let patternMessage: String?

  init(_ draft: StringDraft) {
    minLength = draft.minLength
    maxLength = draft.maxLength
    pattern = draft.pattern
    patternMessage = draft.patternMessage
  }
}

final class ArrayRules: Sendable {
  let items: Int?
  let contains: Int?
  let minItems: Int
  let maxItems: Int
  let uniqueItems: Bool

  init(_ draft: ArrayDraft) {
    items = draft.items
    contains = draft.contains
    minItems = draft.minItems
    maxItems = draft.maxItems
    uniqueItems = draft.uniqueItems
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
