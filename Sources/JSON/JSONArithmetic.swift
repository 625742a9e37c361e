/// Exact comparison and division of decimals.
extension JSONNumber {
  /// Whether the value is an integer, however it is written and however large; of more digits than a `Decimal`
  /// holds, as far as a double tells.
  package var isInteger: Bool {
    if let decimal { return decimal.exponent >= 0 }
    let value = double
    return value.isInfinite || value == value.rounded()
  }

  /// One spelling for all equal numbers.
  package var canonical: JSONNumber {
    decimal.map { JSONNumber(unchecked: "\($0.significand)e\($0.exponent)") } ?? self
  }
}

extension JSONNumber.Decimal {
  package static func < (a: Self, b: Self) -> Bool {
    if a.exponent == b.exponent { return a.significand < b.significand }
    if a.significand.signum() != b.significand.signum() { return a.significand < b.significand }
    if a.significand == 0 { return false }
    return a.significand > 0 ? a.isSmaller(than: b) : b.isSmaller(than: a)
  }

  /// Compares magnitudes; neither is 0.
  private func isSmaller(than other: Self) -> Bool {
    let mine = order
    let theirs = other.order
    guard mine == theirs else { return mine < theirs }
    // The same order and at most 19 digits: the exponents differ by at most 18.
    let shift = exponent - other.exponent
    let a = UInt128(significand.magnitude) * Self.power(max(0, shift))
    let b = UInt128(other.significand.magnitude) * Self.power(max(0, -shift))
    return a < b
  }

  /// The power of ten of the first digit.
  private var order: Int {
    var digits = 0
    var rest = significand.magnitude
    while rest > 0 {
      rest /= 10
      digits += 1
    }
    return digits + exponent
  }

  private static func power(_ exponent: Int) -> UInt128 {
    var value: UInt128 = 1
    for _ in 0..<exponent { value *= 10 }
    return value
  }

  /// Whether the value is `unit` times an integer; `unit` is above 0.
  package func isMultiple(of unit: Self) -> Bool {
    guard significand != 0 else { return true }
    // Of a smaller exponent it would be ten times something, and no significand is.
    guard exponent >= unit.exponent else { return false }
    let divisor = UInt128(unit.significand.magnitude)
    let power = Self.powerOfTen(exponent - unit.exponent, modulo: divisor)
    return UInt128(significand.magnitude) % divisor * power % divisor == 0
  }

  /// By squaring; `divisor` is below 2^64, so no product overflows.
  private static func powerOfTen(_ exponent: Int, modulo divisor: UInt128) -> UInt128 {
    var result = 1 % divisor
    var square = 10 % divisor
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result = result * square % divisor }
      square = square * square % divisor
      rest >>= 1
    }
    return result
  }
}
