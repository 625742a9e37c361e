import JSON

/// An entry of a catalog: chosen by its name, and told what its options say.
package protocol CatalogEntry: Sendable {
  /// As it is asked for.
  var name: String { get }
  /// One sentence for those who choose.
  var description: String { get }
  /// What it can be told, each with the value it has; nothing unless it says otherwise.
  var options: [StrategyOption] { get }
  /// The same with the values given for options of its own, each one that the option takes.
  func setting(_ values: JSONObject) -> Self
}

extension CatalogEntry {
  package var options: [StrategyOption] { [] }
  package func setting(_ values: JSONObject) -> Self { self }
}
