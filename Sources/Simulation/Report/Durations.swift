/// Lengths of time as people say them, in their two largest units.
enum Durations {
  private static let units: [(seconds: Int, name: String)] = [
    (86_400, "d"), (3600, "h"), (60, "min"), (1, "s"),
  ]

  static func text(_ seconds: Double) -> String {
    guard seconds >= 1 else { return seconds > 0 ? ResultTable.number(seconds) + " s" : "0" }
    let whole = Int(seconds.rounded())
    let place = units.firstIndex { whole >= $0.seconds } ?? units.count - 1
    let count = whole / units[place].seconds
    let text = "\(count) \(units[place].name)"
    guard place + 1 < units.count, count < 10 else { return text }
    let rest = whole % units[place].seconds / units[place + 1].seconds
    return rest > 0 ? text + " \(rest) \(units[place + 1].name)" : text
  }
}
