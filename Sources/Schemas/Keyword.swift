/// The keywords the compiler knows: of those that draft-07 and 2020-12 share, and with one meaning in both.
///
/// Any other keyword is an error, save our own `x-…`, which say nothing about validity.
package enum Keyword: String, CaseIterable, Sendable {
  case type, `enum`, const
  case properties, required, additionalProperties, patternProperties, propertyNames
  case minProperties, maxProperties
  /// One schema for all items; the array form of draft-07 is refused.
  case items, contains
  case minItems, maxItems, uniqueItems
  /// Lengths are in code points; `pattern` as `PatternParser` has it.
  case minLength, maxLength, pattern
  case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
  case allOf, anyOf, oneOf, not
  /// To a file of schemas/ by its name, or within the file by pointer. Siblings apply too, as in 2020-12.
  case ref = "$ref"
  /// Places for `$ref` to point to.
  case defs = "$defs"
  case definitions
  /// `date-time` alone, as an annotation.
  case format
  case title, description, `default`, examples, deprecated
  case comment = "$comment"
  case schema = "$schema"
}
