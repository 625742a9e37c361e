import JSON

/// A result as a person reads it: tables of rows, an object as lines of key and value.
struct ResultPage {
  let shape: ValueShape
  let style: TerminalStyle
  /// Columns of the screen; nil where nothing is shortened.
  let limit: Int?

  func text(_ result: JSONValue) -> String {
    let lines = result.object.map(page) ?? [CellText.text(result, shape)]
    return lines.map { $0 + "\n" }.joined()
  }

  private func page(_ result: JSONObject) -> [String] {
    let members = result.members.filter { $0.key != "next_cursor" }
    guard !members.isEmpty else { return ["done"] }
    if members.count == 1 {
      let shape = self.shape.property(members[0].key)
      switch members[0].value {
      case .object(let object): return block(object, shape)
      case .array(let rows) where Self.isTable(rows, shape): return table(rows, shape, named: members[0].key)
      case .array, .null, .bool, .number, .string: break
      }
    }
    return sections(members)
  }

  /// The members in the order the schema has them: lines of key and value, tables and objects under their keys.
  private func sections(_ members: [JSONObject.Member]) -> [String] {
    var sections: [[String]] = []
    var plain: [JSONObject.Member] = []
    for member in members {
      let part = shape.property(member.key)
      guard let inner = large(member, part) else {
        plain.append(member)
        continue
      }
      if !plain.isEmpty { sections.append(pairs(plain, shape)) }
      plain = []
      sections.append([heading(member.key)] + inner)
    }
    if !plain.isEmpty { sections.append(pairs(plain, shape)) }
    return Array(sections.joined(separator: [""]))
  }

  /// The lines of a table or of an object that is a row somewhere; nil for what one line holds.
  private func large(_ member: JSONObject.Member, _ shape: ValueShape?) -> [String]? {
    switch member.value {
    case .array(let rows): Self.isTable(rows, shape) ? table(rows, shape, named: member.key) : nil
    case .object(let object): shape?.columns.isEmpty ?? true ? nil : block(object, shape)
    case .null, .bool, .number, .string: nil
    }
  }

  private static func isTable(_ rows: [JSONValue], _ shape: ValueShape?) -> Bool {
    let item = shape?.items.first
    return item.map { !$0.properties.isEmpty && !$0.columns.isEmpty } ?? false
      || rows.contains { $0.object != nil } && item == nil
  }

  private func table(_ rows: [JSONValue], _ shape: ValueShape?, named name: String) -> [String] {
    guard !rows.isEmpty else { return ["no \(String(name.map { $0 == "_" ? " " : $0 }))"] }
    return TextTable(rows, of: shape?.items.first).lines(limit: limit, style)
  }

  /// An object's lines of key and value, then what is larger than a line, under its key.
  private func block(_ object: JSONObject, _ shape: ValueShape?) -> [String] {
    var plain: [JSONObject.Member] = []
    var lines: [String] = []
    for member in object.members {
      if let inner = large(member, shape?.property(member.key)) {
        lines += ["", heading(member.key)] + inner
      } else {
        plain.append(member)
      }
    }
    return pairs(plain, shape) + lines
  }

  private func heading(_ key: String) -> String { style.paint(DisplayText.escaped(key), "bold") }

  private func pairs(_ members: [JSONObject.Member], _ shape: ValueShape?) -> [String] {
    let keys = members.map { DisplayText.escaped($0.key) }
    let width = keys.map(DisplayText.width).max() ?? 0
    return zip(keys, members).map { key, member in
      let part = shape?.property(member.key)
      let text = style.paint(CellText.text(member.value, part), CellText.color(member.value, part))
      return style.paint(DisplayText.padded(key, to: width, right: false), "bold") + "  " + text
    }
  }
}
