import JSON

extension StrategyCatalog {
  /// The strategy that a cluster's `strategy` asks for: a name, or an object of parts and options of the default, which
  /// has its own where none are named. So a strategy that is named is as it stands in the catalog.
  package static func make(
    _ choice: JSONValue, from catalog: [any Strategy] = all
  ) throws(StrategyChoiceError) -> any Strategy {
    if let name = choice.string {
      guard let strategy = catalog.first(where: { $0.name == name }) else {
        let names = catalog.map(\.name)
        throw StrategyChoiceError(pointer: "", message: StrategyOption.Value.mustBeOne(of: names))
      }
      return strategy
    }
    guard let values = choice.object else {
      throw StrategyChoiceError(pointer: "", message: "must be a name or an object of parts")
    }
    return try standard.told(values)
  }
}

extension Strategy {
  /// The strategy with some of its options set.
  package func told(_ values: JSONObject) throws(StrategyChoiceError) -> Self {
    let options = options
    for value in values.members {
      guard let option = options.first(where: { $0.name == value.key }) else {
        let known = options.map(\.name).joined(separator: ", ")
        throw StrategyChoiceError(pointer: "/" + value.key, message: "is not known; known are: \(known)")
      }
      if let objection = option.value.objection(to: value.value) {
        throw StrategyChoiceError(pointer: "/" + value.key, message: objection)
      }
    }
    return setting(values)
  }
}

/// The fault of a `strategy` that was asked for.
package struct StrategyChoiceError: Error, Sendable {
  /// A JSON Pointer within the choice; empty for the whole of it.
  package let pointer: String
  /// To follow the name of the parameter: `must be …`.
  package let message: String
}
