/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable {
  package let milliseconds: Int

  package init(milliseconds: Int) { self.milliseconds = milliseconds }

  package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  /// Seconds beyond thirty thousand years count as so many: the sum stays in the range of a timestamp.
  package static func + (time: Timestamp, seconds: Double) -> Timestamp {
    let seconds = min(max(-1e12, seconds), 1e12)
    return Timestamp(milliseconds: time.milliseconds + Int((seconds * 1000).rounded()))
  }

  /// Seconds from `b` to `a`.
  package static func - (a: Timestamp, b: Timestamp) -> Double {
    Double(a.milliseconds - b.milliseconds) / 1000
  }

  /// RFC 3339 in UTC with milliseconds: `2026-11-23T22:22:20.000Z`. Of another year than 0 to 9999, which it has no
  /// digits for, the nearest moment that it can say.
  package var text: String {
    let milliseconds = min(max(milliseconds, Self.first), Self.last)
    let days = (milliseconds - Self.floorModulo(milliseconds, 86_400_000)) / 86_400_000
    let inDay = Self.floorModulo(milliseconds, 86_400_000)
    let date = Self.civil(days: days)
    return String(unsafeUninitializedCapacity: 24) { utf8 in
      func put(_ value: Int, _ width: Int, at place: Int) {
        var rest = value
        for index in stride(from: place + width - 1, through: place, by: -1) {
          utf8[index] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
      }
      put(date.year, 4, at: 0)
      utf8[4] = UInt8(ascii: "-")
      put(date.month, 2, at: 5)
      utf8[7] = UInt8(ascii: "-")
      put(date.day, 2, at: 8)
      utf8[10] = UInt8(ascii: "T")
      put(inDay / 3_600_000, 2, at: 11)
      utf8[13] = UInt8(ascii: ":")
      put(inDay / 60_000 % 60, 2, at: 14)
      utf8[16] = UInt8(ascii: ":")
      put(inDay / 1000 % 60, 2, at: 17)
      utf8[19] = UInt8(ascii: ".")
      put(inDay % 1000, 3, at: 20)
      utf8[23] = UInt8(ascii: "Z")
      return 24
    }
  }

  private static let first = days(year: 0, month: 1, day: 1) * 86_400_000
  private static let last = days(year: 10_000, month: 1, day: 1) * 86_400_000 - 1

  /// Reads exactly the form that `text` writes.
  package init?(_ text: String) {
    let utf8 = Array(text.utf8)
    guard utf8.count == 24, utf8[10] == UInt8(ascii: "T"), utf8[23] == UInt8(ascii: "Z") else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in utf8[range] {
        guard byte &- UInt8(ascii: "0") < 10 else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19), let milli = number(20..<23),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    let days = Self.days(year: year, month: month, day: day)
    milliseconds = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + milli
  }

  private static func floorModulo(_ a: Int, _ b: Int) -> Int { ((a % b) + b) % b }

  /// Days since the epoch to a proleptic Gregorian date.
  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// The inverse: days_from_civil of the same source.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
