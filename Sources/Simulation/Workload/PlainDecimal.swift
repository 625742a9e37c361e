/// A number as files write it: digits, and perhaps a point and more digits. Below a trillion, so that sums over a workload
/// fit.
struct PlainDecimal {
  private let whole: Int
  /// Behind the point.
  private let fraction: Substring.UTF8View

  private static let mostDigits = 12

  init?(_ text: String) {
    let utf8 = text.utf8
    let point = utf8.firstIndex(of: UInt8(ascii: ".")) ?? utf8.endIndex
    let digits = utf8[..<point]
    fraction = point == utf8.endIndex ? utf8[point...] : utf8[utf8.index(after: point)...]
    guard !digits.isEmpty, digits.count <= Self.mostDigits, digits.allSatisfy(Self.isDigit),
      fraction.allSatisfy(Self.isDigit), point == utf8.endIndex || !fraction.isEmpty
    else { return nil }
    whole = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  /// The value × 10^`places`, what is finer cut off.
  func cut(places: Int) -> Int {
    var value = whole
    var rest = fraction[...]
    for _ in 0..<places {
      value = value * 10 + Int((rest.popFirst() ?? UInt8(ascii: "0")) - UInt8(ascii: "0"))
    }
    return value
  }

  /// The value × 10^`places`; nil when that is no whole number.
  func scaled(places: Int) -> Int? {
    guard fraction.dropFirst(places).allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
    return cut(places: places)
  }
}
