/// The reason why a text is not JSON as Berth takes it, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case unexpectedEnd = "the text ends too early"
    case unexpectedByte = "unexpected character"
    case invalidNumber = "not a JSON number"
    case invalidEscape = "not a JSON escape"
    case loneSurrogate = "half a surrogate pair"
    case invalidUTF8 = "not UTF-8"
    case controlCharacter = "a control character must be escaped in a string"
    case duplicateKey = "the same key twice in one object"
    case tooDeep = "nested too deep"
    case trailingText = "something follows the value"
  }

  package let kind: Kind
  /// Bytes from the start of the text.
  package let offset: Int

  package var description: String { "\(kind.rawValue), at byte \(offset)" }
}
