import JSON

/// A value in one line, as its shape says.
enum CellText {
  static func text(_ value: JSONValue, _ shape: ValueShape?) -> String {
    switch value {
    case .null: "-"
    case .bool(let value): value ? "true" : "false"
    case .number(let value): value.text
    case .string(let text): string(text, shape)
    case .array(let elements): list(elements, shape?.items.first)
    case .object(let object): record(object, shape)
    }
  }

  private static func string(_ text: String, _ shape: ValueShape?) -> String {
    if shape?.isTime ?? false, let short = shortTime(text) { return short }
    return text.isEmpty ? "\"\"" : DisplayText.escaped(text)
  }

  /// `2026-03-02T09:11:00.250Z` as `2026-03-02 09:11:00Z`.
  private static func shortTime(_ text: String) -> String? {
    guard text.utf8.count == 24, text.hasSuffix("Z"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return nil
    }
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))Z"
  }

  private static func list(_ elements: [JSONValue], _ item: ValueShape?) -> String {
    elements.isEmpty ? "-" : elements.map { text($0, item) }.joined(separator: ", ")
  }

  /// What a person calls the object: its message, else its name, else its members.
  private static func record(_ object: JSONObject, _ shape: ValueShape?) -> String {
    for key in ["message", "name"] {
      guard let part = shape?.property(key), let value = object[key], !value.isNull else { continue }
      return text(value, part)
    }
    let members = object.members.filter { !$0.value.isNull }
    let parts = members.map { member in
      "\(DisplayText.escaped(member.key))=\(nested(member.value, shape?.property(member.key)))"
    }
    return parts.isEmpty ? "-" : parts.joined(separator: " ")
  }

  private static func nested(_ value: JSONValue, _ shape: ValueShape?) -> String {
    switch value {
    case .array, .object: DisplayText.escapedJSON(value.text)
    case .null, .bool, .number, .string: text(value, shape)
    }
  }

  static func color(_ value: JSONValue, _ shape: ValueShape?) -> String? {
    guard let text = value.string else { return nil }
    return shape?.colors[text]?.string
  }
}
