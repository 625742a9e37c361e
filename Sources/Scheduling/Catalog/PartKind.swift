import JSON

/// A kind of part that strategies are made of: the option that names one, and the catalog it is named from.
struct PartKind<Part: Sendable>: Sendable {
  private let name: String
  private let description: String
  private let catalog: [Part]
  private let entry: @Sendable (Part) -> any CatalogEntry
  private let told: @Sendable (Part, JSONObject) -> Part

  /// `entry` and `setting` are those of the part itself, which `Part`, being any of them, has no way to say.
  init(
    _ name: String, _ description: String, _ catalog: [Part],
    entry: @escaping @Sendable (Part) -> any CatalogEntry,
    setting: @escaping @Sendable (Part, JSONObject) -> Part
  ) {
    self.name = name
    self.description = description
    self.catalog = catalog
    self.entry = entry
    told = setting
  }

  /// The option that names another than this.
  func choice(_ part: Part) -> StrategyOption {
    let choices = catalog.map(entry).map { StrategyOption.Choice(name: $0.name, description: $0.description) }
    return StrategyOption(name, description, .choice(entry(part).name, of: choices))
  }

  /// What the parts of the kind can be told, which all but the one that is chosen leave alone.
  func options(_ part: Part) -> [StrategyOption] {
    let own = entry(part).options
    return catalog.flatMap { entry($0).options }
      .map { option in own.first { $0.name == option.name } ?? option }
  }

  /// The part that is named, or else the one there is, with its options set.
  func setting(_ part: Part, _ values: JSONObject) -> Part {
    let named = values[name].flatMap { name in catalog.first { entry($0).name == name.string } }
    return told(named ?? part, values)
  }
}
