import JSON

/// Arrays and objects.
extension SchemaValidator {
  mutating func check(_ items: [JSONValue], _ rules: ArrayRules) {
    if items.count < rules.minItems { report("must have at least \(Self.count(rules.minItems, "item"))") }
    if items.count > rules.maxItems {
      report("must have at most \(Self.count(rules.maxItems, "item")), not \(items.count)")
    }
    if rules.uniqueItems, let twins = items.firstTwins {
      report("must not have the same item twice (items \(twins.first) and \(twins.second))")
    }
    if let place = rules.items {
      for (index, item) in items.enumerated() { check(item, place, under: String(index)) }
    }
    if let place = rules.contains, !items.contains(where: { violations(of: $0, by: place).isEmpty }) {
      report("must have an item of the kind required")
    }
  }

  mutating func check(_ object: JSONObject, _ rules: ObjectRules) {
    let count = object.members.count
    if count < rules.minProperties {
      report("must have at least \(Self.count(rules.minProperties, "member"))")
    }
    if count > rules.maxProperties {
      report("must have at most \(Self.count(rules.maxProperties, "member")), not \(count)")
    }
    var seen = PlaceSet()
    var hint = 0
    for member in object.members {
      if let place = rules.place(of: member.key, from: hint) {
        seen.insert(place)
        hint = place + 1
        if let node = rules.properties[place].node { check(member.value, node, under: member.key) }
        check(member, rules, isNamed: rules.properties[place].node != nil)
      } else {
        check(member, rules, isNamed: false)
      }
    }
    for place in rules.required where !seen.contains(place) {
      report("is required", at: "/" + JSONPointer.escaped(rules.properties[place].name))
    }
  }

  /// What an object asks of a member beside its own schema.
  private mutating func check(_ member: JSONObject.Member, _ rules: ObjectRules, isNamed: Bool) {
    var isNamed = isNamed
    for (pattern, node) in rules.patterns where pattern.matches(member.key) {
      isNamed = true
      check(member.value, node, under: member.key)
    }
    if let node = rules.names {
      check(.string(member.key), node, under: member.key)
    }
    guard !isNamed, let additional = rules.additional else { return }
    guard nodes[additional].isNever else { return check(member.value, additional, under: member.key) }
    report(rules.unknown(member.key), at: "/" + JSONPointer.escaped(member.key))
  }
}

/// Places seen, without an allocation for objects of up to 64 properties.
private struct PlaceSet {
  private var low: UInt64 = 0
  private var high: Set<Int> = []

  mutating func insert(_ place: Int) {
    if place < 64 { low |= 1 << UInt64(place) } else { high.insert(place) }
  }

  func contains(_ place: Int) -> Bool {
    place < 64 ? low >> UInt64(place) & 1 == 1 : high.contains(place)
  }
}

extension ObjectRules {
  fileprivate func unknown(_ name: String) -> String {
    guard let near = nearest(to: name) else { return "is not known here" }
    return "is not known here; did you mean \(near)?"
  }

  /// The known name that a typing mistake may have turned into `name`.
  private func nearest(to name: String) -> String? {
    let written = Array(name.utf8.prefix(65))
    guard written.count <= 64 else { return nil }
    var best: (distance: Int, name: String)?
    for property in properties where property.node != nil {
      let distance = editDistance(written, Array(property.name.utf8))
      if distance < best?.distance ?? 3, distance * 2 < written.count { best = (distance, property.name) }
    }
    return best?.name
  }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one name into the other
/// (optimal string alignment).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var older: [Int] = []
  var old = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var least = min(old[j + 1] + 1, row[j] + 1, old[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, older[j - 1] + 1) }
      row.append(least)
    }
    older = old
    old = row
  }
  return old[b.count]
}
