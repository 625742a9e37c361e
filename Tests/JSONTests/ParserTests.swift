import Testing

@testable import JSON

private func error(_ text: String) -> JSONError? {
  do {
    _ = try JSONParser.parse(text)
    return nil
  } catch { return error }
}

@Test func `64 containers may stand one in another, and no more`() throws {
  func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }
  #expect(error(nested(64)) == nil)
  #expect(error(nested(65)) == JSONError(kind: .tooDeep, offset: 64))
  #expect(error(String(repeating: "{\"a\":", count: 100_000))?.kind == .tooDeep)
  #expect(error("[" + nested(63) + "," + nested(63) + "]") == nil)
}

@Test func `a key may not stand twice in an object, by its bytes`() {
  #expect(error(#"{"a":1,"b":2,"a":3}"#) == JSONError(kind: .duplicateKey, offset: 13))
  #expect(error(#"{"a":1,"\u0061":3}"#)?.kind == .duplicateKey)
  #expect(error(#"{"a":{"a":1},"b":{"a":2}}"#) == nil)
  // Swift calls these two keys equal; they are not.
  #expect(error("{\"\u{E9}\":1,\"e\u{301}\":2}") == nil)
}

@Test(arguments: [2, 23, 24, 25, 26, 100, 5000])
func `a key that stands twice is found in an object of any size`(count: Int) {
  let members = (0..<count).map { "\"key\($0)\":\($0)" }
  #expect(error("{" + members.joined(separator: ",") + "}") == nil)
  for twin in [0, count / 2, count - 1] {
    #expect(error("{" + members.joined(separator: ",") + ",\"key\(twin)\":0}")?.kind == .duplicateKey)
  }
}

@Test func `keys that differ in Swift's eyes alone are different members`() throws {
  let value = try JSONParser.parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
  #expect(value["\u{E9}"] == 1 && value["e\u{301}"] == 2)
  #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
}

@Test(arguments: [
  ("", JSONError.Kind.unexpectedEnd), ("  ", .unexpectedEnd), ("{\"a\":", .unexpectedEnd),
  ("[1", .unexpectedEnd),
  ("\"a", .unexpectedEnd), ("tru", .unexpectedEnd), ("trux", .unexpectedByte), ("nan", .unexpectedByte),
  ("Infinity", .unexpectedByte), ("+1", .unexpectedByte), ("01", .trailingText), ("1.", .unexpectedEnd),
  ("1.x", .invalidNumber), ("-", .unexpectedEnd), ("1e", .unexpectedEnd), ("[1,]", .unexpectedByte),
  ("{\"a\":1,}", .unexpectedByte), ("{a:1}", .unexpectedByte), ("{\"a\" 1}", .unexpectedByte),
  ("1 2", .trailingText),
  ("\"\u{0}\"", .controlCharacter), ("\"\n\"", .controlCharacter), (#""\x""#, .invalidEscape),
  (#""\u12g4""#, .invalidEscape), (#""\ud800""#, .loneSurrogate), (#""\udc00""#, .loneSurrogate),
  (#""\ud800\u0041""#, .loneSurrogate), (#""\ud800x""#, .loneSurrogate), ("'a'", .unexpectedByte),
  ("\u{FEFF}1", .unexpectedByte),
])
func `a mistake is named`(text: String, kind: JSONError.Kind) {
  #expect(error(text)?.kind == kind)
}

@Test(
  arguments: [
    [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    [0xF8, 0x88, 0x80, 0x80],
  ] as [[UInt8]])
func `what is not UTF-8 is refused, in keys, values and behind escapes`(bytes: [UInt8]) {
  let quote: [UInt8] = [0x22]
  for text in [
    quote + bytes + quote, [0x7B] + quote + bytes + quote + [0x3A, 0x31, 0x7D],
    quote + [0x5C, 0x6E] + bytes + quote,
  ] {
    #expect(throws: JSONError.self) { try JSONParser.parse(text) }
  }
}

@Test func `escapes are read, and written where they must be`() throws {
  let value = try JSONParser.parse(#""\"\\\/\b\f\n\r\t\u0000\u001f\u00e9\ud83d\ude00 \u007f""#)
  #expect(value == .string("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{E9}\u{1F600} \u{7F}"))
  #expect(value.text == #""\"\\/\b\f\n\r\t\u0000\u001fé😀 \u007f""#)
  for scalar in (0..<0x3000).compactMap(Unicode.Scalar.init) {
    let text = JSONValue.string("a\(scalar)b").text
    #expect(!text.utf8.contains { $0 < 0x20 })
    #expect(try JSONParser.parse(text) == .string("a\(scalar)b"))
  }
}

@Test(arguments: [
  "0", "-0", "-0.0", "1.0", "10", "1e5", "1E+5", "1.5e-7", "1152921504606846976", "9223372036854775808",
  "1e400", "-1e-400",
  "123456789012345678901234567890.12345678901234567890", "0.30000000000000004",
])
func `a number comes back as it was written`(text: String) throws {
  #expect(try JSONParser.parse(text).text == text)
  #expect(try JSONParser.parse("[\(text),{\"a\":\(text)}]").text == "[\(text),{\"a\":\(text)}]")
}

@Test func `a number is what it says, not how it is written`() throws {
  func number(_ text: String) throws -> JSONNumber { try #require(JSONParser.parse(text).number) }
  #expect(try number("1.0") == number("1") && number("100") == number("1e2") && number("-0") == number("0"))
  #expect(try number("9007199254740993") != number("9007199254740992"))
  #expect(
    try number("1e2").int == 100 && number("1.5").int == nil && number("9223372036854775808").int == nil)
  #expect(try number("0.125").thousandths == 125 && number("0.0005").thousandths == nil)
  #expect(try number("-9223372036854775808").int == Int.min)
  #expect(try number("1e400").isInteger && !number("1e-400").isInteger && number("25e-1").int == nil)
  #expect(JSONNumber(thousandths: -2500).text == "-2.5" && JSONNumber(thousandths: 1).text == "0.001")
}

@Test func `numbers are compared and divided exactly`() throws {
  func decimal(_ text: String) throws -> JSONNumber.Decimal {
    try #require(JSONParser.parse(text).number?.decimal)
  }
  #expect(
    try decimal("2") < decimal("10") && decimal("-10") < decimal("-2") && decimal("-1") < decimal("0.5"))
  #expect(try decimal("9007199254740992") < decimal("9007199254740992.5") && !(decimal("0") < decimal("-0")))
  #expect(try decimal("1e-5") < decimal("1e5") && decimal("99e18") < decimal("1e20"))
  #expect(try decimal("1e300").isMultiple(of: decimal("0.001")) && decimal("0").isMultiple(of: decimal("7")))
  #expect(try decimal("-4.35").isMultiple(of: decimal("0.05")) && !decimal("5").isMultiple(of: decimal("50")))
}

@Test func `zeros at length change nothing, and more digits than fit are no decimal`() throws {
  func number(_ text: String) throws -> JSONNumber { try #require(JSONParser.parse(text).number) }
  let zeros = String(repeating: "0", count: 100)
  #expect(try number("1.5\(zeros)").thousandths == 1500 && number("-60.\(zeros)").int == -60)
  #expect(try number("1\(zeros)") == number("1e100") && number("9223372036854775807.\(zeros)").int == .max)
  #expect(try number("10000000000000000000").decimal != nil && number("1\(zeros)e-100").int == 1)
  for text in ["1\(zeros)1", "1.\(zeros)1", "9223372036854775808", "0.12345678901234567891"] {
    #expect(try number(text).decimal == nil && number(text).int == nil && number(text).thousandths == nil)
  }
  #expect(try number("1\(zeros)1") != number("1\(zeros)2"))
}

@Test func `objects are equal in any order of their members`() throws {
  #expect(try JSONParser.parse(#"{"a":1,"b":[2]}"#) == JSONParser.parse(#"{"b":[2.0],"a":1e0}"#))
  #expect(try JSONParser.parse(#"{"a":1,"b":2}"#) != JSONParser.parse(#"{"a":1,"c":2}"#))
  var object: JSONObject = ["a": 1, "b": 2]
  object["a"] = nil
  object["c"] = 3
  object["b"] = 4
  #expect(object.keys == ["b", "c"] && JSONValue.object(object).text == #"{"b":4,"c":3}"#)
}
