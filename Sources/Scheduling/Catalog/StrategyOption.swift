import JSON

/// Something that a strategy or a part of it can be told.
package struct StrategyOption: Sendable, Hashable {
  /// A name to choose.
  package struct Choice: Sendable, Hashable {
    package let name: String
    /// One sentence for those who choose.
    package let description: String
  }

  /// The value it has, and those it may have.
  package enum Value: Sendable, Hashable {
    case choice(String, of: [Choice])
    case wholeNumber(Int, in: ClosedRange<Int>)
  }

  package let name: String
  /// A phrase, without its full stop.
  package let description: String
  package let value: Value

  package init(_ name: String, _ description: String, _ value: Value) {
    self.name = name
    self.description = description
    self.value = value
  }
}

extension StrategyOption.Value {
  package var json: JSONValue {
    switch self {
    case .choice(let name, _): .string(name)
    case .wholeNumber(let number, _): .int(number)
    }
  }

  /// Nil: any number of a range.
  package var names: [String]? {
    switch self {
    case .choice(_, let choices): choices.map(\.name)
    case .wholeNumber: nil
    }
  }

  /// What another value would have to be; nil when it is that.
  func objection(to value: JSONValue) -> String? {
    switch self {
    case .choice(_, let choices):
      let names = choices.map(\.name)
      return value.string.map(names.contains) ?? false ? nil : Self.mustBeOne(of: names)
    case .wholeNumber(_, let range):
      return value.int.map(range.contains) ?? false
        ? nil : "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
  }

  static func mustBeOne(of names: [String]) -> String { "must be one of: \(names.joined(separator: ", "))" }
}

extension [StrategyOption] {
  /// The first of each name: parts may share an option.
  var uniqued: Self {
    var names: Set<String> = []
    return filter { names.insert($0.name).inserted }
  }
}

extension StrategyOption {
  /// The JSON Schema of its values.
  package var schema: JSONObject {
    switch value {
    case .choice(_, let choices):
      [
        "type": "string", "description": .string(description),
        "enum": .array(choices.map { .string($0.name) }),
        "x-descriptions": .array(choices.map { .string($0.description) }),
      ]
    case .wholeNumber(_, let range):
      [
        "type": "integer", "description": .string(description), "minimum": .int(range.lowerBound),
        "maximum": .int(range.upperBound),
      ]
    }
  }
}
