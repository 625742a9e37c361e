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
    if let plain = Int(text) { return plain }
    return decimal.flatMap { $0.scaled(by: 0) }
  }

  /// The value in thousandths, when it has at most three decimals and fits.
  package var thousandths: Int? { decimal.flatMap { $0.scaled(by: 3) } }

  /// The exact decimal value; nil beyond what 64 bits of digits can hold.
  package var decimal: Decimal? { Decimal(text) }

  /// significand × 10^exponent, without trailing zeros in the significand.
  package struct Decimal: Equatable, Sendable {
    package let significand: Int
    package let exponent: Int

    init?(_ text: String) {
      var significand = 0
      var exponent = 0
      var negative = false
      var afterPoint = false
      var place = 0
      for byte in text.utf8 {
        place += 1
        if byte | 0x20 == UInt8(ascii: "e") {
          let written = String(text.utf8.dropFirst(place)) ?? ""
          guard let power = Int(written), abs(power) < 100_000 else { return nil }
          exponent += power
          break
        }
        if byte == UInt8(ascii: "-") {
          negative = true
        } else if byte == UInt8(ascii: ".") {
          afterPoint = true
        } else {
          let (product, high) = significand.multipliedReportingOverflow(by: 10)
          let (sum, over) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
          guard !high, !over else { return nil }
          significand = sum
          if afterPoint { exponent -= 1 }
        }
      }
      while significand != 0, significand % 10 == 0 {
        significand /= 10
        exponent += 1
      }
      self.significand = negative ? -significand : significand
      self.exponent = significand == 0 ? 0 : exponent
    }

    /// The value × 10^`places` as an integer, when it is one and fits.
    package func scaled(by places: Int) -> Int? {
      var power = exponent + places
      guard power >= 0 else { return nil }
      var value = significand
      while power > 0 {
        let (product, over) = value.multipliedReportingOverflow(by: 10)
        guard !over else { return nil }
        if product == 0 { return 0 }
        value = product
        power -= 1
      }
      return value
    }
  }
}

extension JSONNumber: Equatable {
  /// Equal in value: `1`, `1.0` and `1e0` are one number.
  package static func == (a: JSONNumber, b: JSONNumber) -> Bool {
    if a.text == b.text { return true }
    if let x = a.decimal, let y = b.decimal { return x == y }
    return a.double == b.double
  }
}
