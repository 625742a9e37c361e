/// The rules by which names are typed and compared: `-` equals `_`, and upper case equals lower.
enum Spelling {
  /// The form that names are compared in.
  static func key(_ text: some StringProtocol) -> String {
    String(text.lowercased().map { $0 == "-" ? "_" : $0 })
  }

  /// The form that a person types.
  static func typed(_ name: String) -> String { String(name.map { $0 == "_" ? "-" : $0 }) }

  static func flag(_ name: String) -> String { "--" + typed(name) }

  /// The candidate that `text` was probably meant to be; nil when none is near.
  static func nearest(to text: String, among candidates: [String]) -> String? {
    let text = key(text)
    let ranked = candidates.map { (candidate: $0, distance: distance(text, key($0))) }
    let best = ranked.min { $0.distance < $1.distance }
    if let best, best.distance <= max(1, min(3, text.count / 3)) { return best.candidate }
    guard text.count >= 3 else { return nil }
    let containing = candidates.filter { key($0).contains(text) }
    return containing.min { $0.count < $1.count }
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two texts (optimal string alignment).
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for row in 0..<a.count {
      var current = [row + 1]
      for column in 0..<b.count {
        let replaced = last[column] + (a[row] == b[column] ? 0 : 1)
        var least = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      beforeLast = last
      last = current
    }
    return last[b.count]
  }

  /// `a`, `a or b`, `a, b or c`.
  static func alternatives(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
