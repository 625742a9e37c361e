import JSON

/// The shape of one value as a schema says it, references followed: as much as words, help and tables need.
package struct ValueShape: Sendable {
  package enum Kind: String, Sendable {
    case null
    case boolean
    case integer
    case number
    case string
    case array
    case object
  }

  package struct Property: Sendable {
    package let name: String
    package let shape: ValueShape
    package let isRequired: Bool
  }

  /// What the value may be; empty: anything.
  package var kinds: [Kind] = []
  /// A short heading, where the property's name is a long one.
  package var title: String?
  package var description = ""
  /// What a number counts.
  package var unit: String?
  package var defaultValue: JSONValue?
  package var choices: [JSONValue] = []
  /// What may be said, by how it is written, and its meaning: for the help alone.
  package var meanings: JSONObject = [:]
  /// Known values of one that may have others too.
  package var examples: [JSONValue] = []
  /// True for what is never taken from the command line's words.
  package var isSecret = false
  package var isTime = false
  /// Keys that a table shows, in order.
  package var columns: [String] = []
  /// Names of colours by value.
  package var colors: JSONObject = [:]
  /// What is written instead of a table or lines.
  package var output: Output?
  /// The notifications that go with a result of this shape.
  package var notification: Notification?
  package var properties: [Property] = []
  /// None or one: the shape of an array's elements.
  package var items: [ValueShape] = []
  /// None or one: the shape of an object's values beside its properties.
  package var values: [ValueShape] = []

  package struct Notification: Sendable {
    package let name: String
    /// None or one: the shape of its params.
    package let params: [ValueShape]
    /// True when they come before the result, false when they come after it.
    package let precedesResult: Bool
  }

  /// A value that is written as it is.
  package struct Output: Sendable {
    /// The key of the text.
    package let text: String
    /// The key of what is to be said beside it.
    package let remark: String?
    /// How to ask for what follows, until all that the first answer told of is there.
    package let more: More?

    package struct More: Sendable {
      package let parameter: String
      /// The key of the parameter's next value.
      package let next: String
      /// The key of the value that it goes up to.
      package let until: String
    }
  }

  package func property(_ name: String) -> ValueShape? { properties.first { $0.name == name }?.shape }
  package func may(be kind: Kind) -> Bool { kinds.contains(kind) }

  package var isNumeric: Bool {
    kinds.allSatisfy { $0 == .integer || $0 == .number || $0 == .null } && kinds.contains { $0 != .null }
  }

  /// True when a word can say it: neither an array nor only an object.
  package var isWord: Bool {
    kinds.isEmpty || kinds.contains { $0 != .array && $0 != .object && $0 != .null }
  }
}
