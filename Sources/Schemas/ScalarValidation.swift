import JSON

/// Numbers and strings.
extension SchemaValidator {
  mutating func check(_ number: JSONNumber, _ rules: NumberRules) {
    let value = NumberRules.Bound(number)
    if let bound = rules.minimum, value < bound { report("must be at least \(bound.number.text)") }
    if let bound = rules.maximum, bound < value { report("must be at most \(bound.number.text)") }
    if let bound = rules.exclusiveMinimum, !(bound < value) {
      report("must be more than \(bound.number.text)")
    }
    if let bound = rules.exclusiveMaximum, !(value < bound) {
      report("must be less than \(bound.number.text)")
    }
    if let unit = rules.multipleOf, !value.isMultiple(of: unit) {
      report("must be a multiple of \(unit.number.text)")
    }
  }

  mutating func check(_ string: String, _ rules: StringRules) {
    // A code point is one to four bytes, so the count of bytes decides most cases alone.
    let bytes = string.utf8.count
    if bytes < rules.minLength * 4 || bytes > rules.maxLength {
      let length = string.unicodeScalars.count
      if length < rules.minLength { report(Self.tooShort(rules.minLength)) }
      if length > rules.maxLength {
        report("must be at most \(Self.count(rules.maxLength, "character")), not \(length)")
      }
    }
    if let pattern = rules.pattern, !pattern.matches(string) {
      report("must \(rules.patternMessage ?? "match \(pattern.text)")")
    }
  }

  private static func tooShort(_ least: Int) -> String {
    least == 1 ? "must not be empty" : "must be at least \(count(least, "character"))"
  }

  static func count(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
}

extension NumberRules.Bound {
  fileprivate static func < (a: Self, b: Self) -> Bool {
    if let x = a.decimal, let y = b.decimal { return x < y }
    return a.number.double < b.number.double
  }

  fileprivate func isMultiple(of unit: Self) -> Bool {
    if let decimal, let unit = unit.decimal { return decimal.isMultiple(of: unit) }
    return number.isMultiple(of: unit.number)
  }
}
