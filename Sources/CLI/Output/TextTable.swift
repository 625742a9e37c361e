import JSON

/// Rows under headings, as wide as what they hold.
struct TextTable {
  private struct Column {
    let key: String
    let heading: String
    let shape: ValueShape?
    /// Numbers stand on the right.
    let isRight: Bool
  }

  private struct Cell {
    let text: String
    let color: String?
  }

  private let columns: [Column]
  private let cells: [[Cell]]

  init(_ rows: [JSONValue], of shape: ValueShape?) {
    let keys = Self.keys(of: shape, rows)
    columns = keys.map { key in
      let part = shape?.property(key)
      let heading = (part?.title ?? key).uppercased()
      return Column(key: key, heading: heading, shape: part, isRight: part?.isNumeric ?? false)
    }
    cells = rows.map { [columns] row in
      columns.map { column in
        let value = row[column.key] ?? .null
        return Cell(text: CellText.text(value, column.shape), color: CellText.color(value, column.shape))
      }
    }
  }

  /// What the shape shows as columns; all its keys, or the first row's, where it does not say.
  private static func keys(of shape: ValueShape?, _ rows: [JSONValue]) -> [String] {
    if let columns = shape?.columns, !columns.isEmpty { return columns }
    if let properties = shape?.properties, !properties.isEmpty { return properties.map(\.name) }
    return rows.first?.object?.keys ?? []
  }

  /// The lines; none longer than `limit` columns, as far as shortening texts can do it.
  func lines(limit: Int?, _ style: TerminalStyle) -> [String] {
    let widths = fitted(to: limit)
    let heading = columns.indices.map { place in
      pad(DisplayText.truncated(columns[place].heading, to: widths[place]), place, widths)
    }
    var lines = [style.paint(Self.joined(heading), "bold")]
    for row in cells {
      let texts = columns.indices.map { place in
        let short = DisplayText.truncated(row[place].text, to: widths[place])
        return style.paint(pad(short, place, widths), row[place].color)
      }
      lines.append(Self.joined(texts))
    }
    return lines
  }

  /// The last column is not padded on its right.
  private func pad(_ text: String, _ place: Int, _ widths: [Int]) -> String {
    let column = columns[place]
    if place == columns.count - 1, !column.isRight { return text }
    return DisplayText.padded(text, to: widths[place], right: column.isRight)
  }

  private static let gap = 2
  /// Texts are not shortened below this.
  private static let leastWidth = 8

  private static func joined(_ texts: [String]) -> String { texts.joined(separator: "  ") }

  /// The columns' widths, the widest texts shortened until the line fits.
  private func fitted(to limit: Int?) -> [Int] {
    var widths = columns.indices.map { place in
      cells.reduce(DisplayText.width(columns[place].heading)) { max($0, DisplayText.width($1[place].text)) }
    }
    guard let limit else { return widths }
    let texts = columns.indices.filter { !columns[$0].isRight && !(columns[$0].shape?.isTime ?? false) }
    var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - limit
    while excess > 0 {
      guard let widest = texts.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.leastWidth else {
        break
      }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
