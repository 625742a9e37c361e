/// Pieces of a page.
enum Markup {
  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case _: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A coordinate, to a tenth.
  static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let rest = tenths.magnitude % 10
    return sign + String(tenths.magnitude / 10) + (rest == 0 ? "" : ".\(rest)")
  }

  static func text(_ text: String, x: Double, y: Double, _ style: String = "") -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" class=\"\(style)\">\(escape(text))</text>"
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
    path("M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))", style)
  }

  static func path(_ data: String, _ style: String) -> String {
    data.isEmpty ? "" : "<path d=\"\(data)\" class=\"\(style)\"/>"
  }

  /// `label` says the picture in words to whoever cannot see it.
  static func svg(height: Double, label: String, _ content: String) -> String {
    "<svg viewBox=\"0 0 \(number(ReportLayout.width)) \(number(height))\" role=\"img\""
      + " aria-label=\"\(escape(label))\">\(content)</svg>\n"
  }
}

/// The measures of all charts, in units of the page.
enum ReportLayout {
  static let width = 1120.0
  /// Where plots begin; names and numbers stand left of it.
  static let left = 96.0
  static let plot = 1000.0
  static let right = left + plot
}
