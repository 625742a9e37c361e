/// A number kept as it was written, so that `1.0`, 2^60 and 0.1 survive a round trip to the byte.
package struct JSONNumber: Sendable {
  package let text: String

  /// `text` is a JSON number; the parser and the initializers below guarantee it.
  init(unchecked text: String) { self.text = text }

  package init(_ value: Int) { text = String(value) }

  /// `thousandths` / 1000, without trailing zeros: 2500 is `2.5`.
  package init(thousandths: Int) {
    let magnitude = thousandths.magnitude
    var text = (thousandths < 0 ? "-" : "") + String(magnitude / 1000)
    let fraction = magnitude % 1000
    if fraction != 0 {
      var digits = String(1000 + fraction).dropFirst()
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    self.text = text
  }

  /// nil for infinities and NaN, which JSON cannot say.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }

  package var double: Double { Double(text) ?? .nan }

  /// The value as an integer, when it is one and fits.
  package var int: Int? {
    decimal.flatMap { $0.scaled(by: 0) }
  }

  /// The value in thousandths, when it has at most three decimals and fits.
  package var thousandths: Int? { decimal.flatMap { $0.scaled(by: 3) } }
}

extension JSONNumber: Equatable {
  /// Equal in value: `1`, `1.0` and `1e0` are one number. What no `Decimal` holds equals what is written alike.
  package static func == (a: JSONNumber, b: JSONNumber) -> Bool {
    if a.text == b.text { return true }
    guard let x = a.decimal, let y = b.decimal else { return false }
    return x == y
  }
}
