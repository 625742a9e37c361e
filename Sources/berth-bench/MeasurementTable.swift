import JSON

/// The rows as a table for people (and for the README), or as JSON for programs.
struct MeasurementTable {
  let rows: [Row]

  var text: String {
    let head = ["", "median", "p99", "floor", "ratio", "target", "met"]
    let lines = [head] + rows.map(cells)
    let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let rule = ["|" + widths.enumerated().map { dashes($0.element, isName: $0.offset == 0) }.joined()]
    let texts = lines.map { "|" + zip($0, widths).enumerated().map { padded($1, $0 == 0) }.joined() }
    return (texts.prefix(1) + rule + texts.dropFirst()).joined(separator: "\n") + "\n"
  }

  private func dashes(_ width: Int, isName: Bool) -> String {
    isName ? String(repeating: "-", count: width + 2) + "|" : String(repeating: "-", count: width + 1) + ":|"
  }

  private func padded(_ cell: (text: String, width: Int), _ isName: Bool) -> String {
    let blanks = String(repeating: " ", count: cell.width - cell.text.count)
    return isName ? " \(cell.text)\(blanks) |" : " \(blanks)\(cell.text) |"
  }

  private func cells(_ row: Row) -> [String] {
    let unit = row.unit == .rate ? "/s" : " " + row.unit.name
    return [
      row.name, Self.number(row.median) + unit, row.p99.map(Self.number) ?? "",
      row.floor.map(Self.number) ?? "", row.ratio.map { Self.fixed($0, 2) } ?? "", target(of: row),
      row.isMet.map { $0 ? "yes" : "no" } ?? "",
    ]
  }

  private func target(of row: Row) -> String {
    switch row.target {
    case nil: ""
    case .ratio(let most): "ratio ≤ " + Self.fixed(most, 1)
    case .above(let most): "floor + " + Self.number(most)
    case .atMost(let most): "≤ " + Self.number(most)
    case .atLeast(let least): "≥ " + Self.number(least)
    }
  }

  /// Three figures that mean something.
  private static func number(_ value: Double) -> String {
    value < 10 ? fixed(value, 2) : value < 100 ? fixed(value, 1) : fixed(value, 0)
  }

  private static func fixed(_ value: Double, _ places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let whole = Int((value * Double(scale)).rounded())
    guard places > 0 else { return grouped(whole) }
    let fraction = String(scale + whole % scale).dropFirst()
    return "\(grouped(whole / scale)).\(fraction)"
  }

  static func grouped(_ value: Int) -> String {
    var rest = String(value)
    var groups: [Substring] = []
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest.removeLast(3)
    }
    return ([rest[...]] + groups).joined(separator: ",")
  }

  var json: JSONValue {
    .array(
      rows.map { row in
        [
          "name": .string(row.name), "unit": .string(row.unit.name), "median": number(row.median),
          "p99": number(row.p99), "floor": number(row.floor), "ratio": number(row.ratio),
          "target": row.target == nil ? .null : .string(target(of: row)),
          "met": row.isMet.map(JSONValue.bool) ?? .null,
        ]
      })
  }

  private func number(_ value: Double?) -> JSONValue {
    value.flatMap { JSONNumber(thousandths: Int(($0 * 1000).rounded())) }.map(JSONValue.number) ?? .null
  }
}
