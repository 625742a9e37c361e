extension JSONNumber {
  /// The exact decimal value, however it is written; nil beyond what 64 bits of significant digits can hold.
  package var decimal: Decimal? { Decimal(text) }

  /// significand × 10^exponent, without trailing zeros in the significand.
  package struct Decimal: Equatable, Sendable {
    /// So many significant digits are always held.
    package static let digits = 18

    package let significand: Int
    package let exponent: Int

    private init(_ significand: Int, _ exponent: Int) {
      self.significand = significand
      self.exponent = exponent
    }

    init?(_ text: String) {
      let result = text.utf8.withContiguousStorageIfAvailable { Self.read($0) }
      guard let decimal = result ?? Array(text.utf8).withUnsafeBufferPointer({ Self.read($0) }) else {
        return nil
      }
      self = decimal
    }

    private static let exponentLimit = 100_000

    /// `text` is a JSON number.
    private static func read(_ text: UnsafeBufferPointer<UInt8>) -> Decimal? {
      let isNegative = text.first == UInt8(ascii: "-")
      var place = isNegative ? 1 : 0
      var significand = 0
      var decimals = 0
      var isBehindPoint = false
      while place < text.count {
        let digit = text[place] &- UInt8(ascii: "0")
        if digit < 10 {
          let (product, high) = significand.multipliedReportingOverflow(by: 10)
          // Downwards for a negative number, so that the least integer is read too.
          let (sum, over) =
            isNegative
            ? product.subtractingReportingOverflow(Int(digit)) : product.addingReportingOverflow(Int(digit))
          if !high, !over {
            significand = sum
            if isBehindPoint { decimals += 1 }
          } else if digit == 0 {
            // Where a zero overflows, so does all that follows it: zeros alone may, and they only move the point.
            if !isBehindPoint { decimals -= 1 }
          } else {
            return nil
          }
        } else if text[place] == UInt8(ascii: ".") {
          isBehindPoint = true
        } else {
          break
        }
        place += 1
      }
      guard let power = power(in: text, from: place) else { return nil }
      return normalized(significand, power - decimals)
    }

    /// What stands behind `e`; 0 without one.
    private static func power(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
      guard start < text.count else { return 0 }
      var place = start + 1
      let isNegative = text[place] == UInt8(ascii: "-")
      if isNegative || text[place] == UInt8(ascii: "+") { place += 1 }
      var power = 0
      while place < text.count {
        power = power * 10 + Int(text[place] - UInt8(ascii: "0"))
        guard power < exponentLimit else { return nil }
        place += 1
      }
      return isNegative ? -power : power
    }

    private static func normalized(_ significand: Int, _ exponent: Int) -> Decimal {
      guard significand != 0 else { return Decimal(0, 0) }
      var significand = significand
      var exponent = exponent
      while significand % 10 == 0 {
        significand /= 10
        exponent += 1
      }
      return Decimal(significand, exponent)
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
