import JSON

/// Numbers and strings.
extension SchemaValidator {
  mutating func check(_ number: JSONNumber, _ rules: NumberRules) {
    // What is accepted here is read by the same reader: nothing else may pass.
    guard let value = number.decimal else {
      return report("must have at most \(JSONNumber.Decimal.digits) significant digits")
    }
    if let bound = rules.minimum, value < bound.decimal { report("must be at least \(bound.text)") }
    if let bound = rules.maximum, bound.decimal < value { report("must be at most \(bound.text)") }
    if let bound = rules.exclusiveMinimum, !(bound.decimal < value) {
      report("must be more than \(bound.text)")
    }
    if let bound = rules.exclusiveMaximum, !(value < bound.decimal) {
      report("must be less than \(bound.text)")
    }
    if let unit = rules.multipleOf, !value.isMultiple(of: unit.decimal) {
      report("must be a multiple of \(unit.text)")
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
