import JSON
import Scheduling
import Testing

/// The word of every part on itself is so, and is said once.
struct CatalogEntryTests {
  private static let catalogs: [(kind: String, entries: [any CatalogEntry])] = [
    ("strategies", StrategyCatalog.all), ("orders", OrderCatalog.all), ("placements", PlacementCatalog.all),
    ("backfills", BackfillCatalog.all), ("preemptions", PreemptionCatalog.all),
  ]

  @Test func `every entry has a name of its own and one sentence`() {
    for catalog in Self.catalogs {
      let names = catalog.entries.map(\.name)
      #expect(Set(names).count == names.count, "\(catalog.kind): \(names)")
      for entry in catalog.entries {
        #expect(entry.description.hasSuffix("."), "\(catalog.kind): \(entry.name)")
      }
    }
  }

  @Test func `every option of a part takes each of its values, and no other option with it`() {
    for entry in Self.catalogs.dropFirst().flatMap(\.entries) {
      for option in entry.options {
        for value in option.value.others {
          checkOptions(of: entry.setting([option.name: value]), entry, option.name, value)
        }
      }
    }
  }

  @Test func `every strategy can be made of each part`() {
    for strategy in StrategyCatalog.all {
      for option in strategy.options where option.value.names != nil {
        for value in option.value.others {
          checkOptions(of: strategy.setting([option.name: value]), strategy, option.name, value)
        }
      }
    }
  }

  private func checkOptions(
    of told: any CatalogEntry, _ entry: any CatalogEntry, _ name: String, _ value: JSONValue
  ) {
    #expect(told.name == entry.name && told.options.map(\.name) == entry.options.map(\.name))
    for (option, before) in zip(told.options, entry.options) {
      let expected = option.name == name ? value : before.value.json
      #expect(option.value.json == expected, "\(entry.name) with \(name) \(value.text): \(option.name)")
    }
  }

  @Test func `a strategy takes the options of all parts, each once, whether or not it is made of them`() {
    let parts: [any CatalogEntry] =
      OrderCatalog.all + PlacementCatalog.all + BackfillCatalog.all + PreemptionCatalog.all
    let names = Set(parts.flatMap(\.options).map(\.name))
    for strategy in StrategyCatalog.all.compactMap({ $0 as? ComposedStrategy }) {
      let own = strategy.options.map(\.name)
      #expect(names.isSubset(of: own) && Set(own).count == own.count, "\(strategy.name): \(own)")
    }
  }

  @Test func `what is not known, or out of range, is refused where it stands`() {
    func list(_ names: [String]) -> String { names.joined(separator: ", ") }
    let wrong: [(JSONValue, String, String)] = [
      ("sideways", "", "must be one of: \(list(StrategyCatalog.all.map(\.name)))"),
      (5, "", "must be a name or an object of parts"),
      (
        ["order": "fifo", "backfill": "x"], "/backfill",
        "must be one of: \(list(BackfillCatalog.all.map(\.name)))"
      ),
      (["depth": 0], "/depth", "must be a whole number from 1 to 1000"),
      (
        ["speed": 1], "/speed",
        "is not known; known are: \(list(StrategyCatalog.standard.options.map(\.name)))"
      ),
    ]
    for (choice, pointer, message) in wrong {
      let error = #expect(throws: StrategyChoiceError.self) { try StrategyCatalog.make(choice) }
      #expect(error?.pointer == pointer && error?.message == message)
    }
  }
}

extension StrategyOption.Value {
  /// The least and the most, or each name.
  fileprivate var others: [JSONValue] {
    switch self {
    case .choice(_, let choices): choices.map { .string($0.name) }
    case .wholeNumber(_, let range): [.int(range.lowerBound), .int(range.upperBound)]
    }
  }
}
