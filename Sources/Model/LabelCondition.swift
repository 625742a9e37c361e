import JSON

/// One clause of `where`: the node's label `key` has to be one of `values`.
package struct LabelCondition: Hashable, Sendable {
  package let key: String
  package let values: [String]

  package init(key: String, values: [String]) {
    self.key = key
    self.values = values
  }

  /// False when there is no such label.
  package func isMet(by labels: [StringPair]) -> Bool {
    labels.contains { $0.key == key && values.contains($0.value) }
  }
}

extension [LabelCondition] {
  /// Whether a node with these labels satisfies every clause; no clause is satisfied by all.
  package func areMet(by labels: [StringPair]) -> Bool { allSatisfy { $0.isMet(by: labels) } }

  /// As `where` stands in rows and on the wire: each key with its values.
  package var json: JSONValue {
    .object(JSONObject(members: map { .init($0.key, .array($0.values.map(JSONValue.string))) }))
  }

  /// From such an object; sorted by key, so that the same clauses are one value.
  package init(_ object: JSONObject) {
    self = object.members
      .map { LabelCondition(key: $0.key, values: ($0.value.array ?? []).compactMap(\.string)) }
      .sorted { $0.key < $1.key }
  }
}
