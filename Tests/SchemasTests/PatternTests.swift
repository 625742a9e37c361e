import Testing

@testable import Schemas

@Test(arguments: [
  ("^a*$", "aaa", true), ("^a*$", "", true), ("^a*$", "ab", false), ("a+", "xxaayy", true),
  ("a+", "xyz", false),
  ("", "anything", true), ("^$", "", true), ("^$", "x", false), ("$", "x", true), ("x$", "xy", false),
  ("^[A-Za-z0-9._-]{1,64}$", "node-1.x_y", true), ("^[A-Za-z0-9._-]{1,64}$", "", false),
  ("^[A-Za-z0-9._-]{1,3}$", "abcd", false), ("^[^/]+$", "a/b", false), ("^[^/]+$", "aéb", true),
  ("^(?:ab|cd)+$", "abcdab", true), ("^(ab|cd)+$", "abc", false), ("a|b|c", "xcx", true),
  ("^(|a)$", "", true),
  ("^a{2}$", "aa", true), ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaaa", true), ("^a{2,}$", "a", false),
  ("^a{0,2}b$", "aab", true), ("^a{0,2}b$", "aaab", false), ("^(a*)*$", "aaa", true),
  ("^(a*)*$", "aab", false),
  ("^.$", "\n", false), ("^.$", "\u{1F600}", true), (#"^\d{4}-\d\d$"#, "2026-11", true),
  (#"^\w+$"#, "a_1", true),
  (#"^\w+$"#, "é", false), (#"\s"#, "a\u{A0}b", true), (#"^\S+$"#, "a b", false), (#"^[\d.]+$"#, "1.2", true),
  (#"^\x41\u00e9$"#, "Aé", true), (#"^[]]$"#, "]", false), (#"^[a\-z]$"#, "-", true), (#"^[a-]$"#, "-", true),
  (#"^\/$"#, "/", true), ("^a+?$", "aaa", true), ("^[^]$", "x", true), ("[]", "x", false),
])
func `a pattern matches as ECMA-262 has it`(pattern: String, text: String, expected: Bool) throws {
  // ECMA's `[]` is the empty class, so `[]]` is that class and a bare bracket, which is refused.
  guard pattern != "^[]]$" else {
    #expect(throws: PatternError.self) { try Pattern(pattern) }
    return
  }
  #expect(try Pattern(pattern).matches(text) == expected)
}

@Test(arguments: [
  #"a\b"#, #"(?=a)"#, #"(?!a)"#, #"(?<name>a)"#, #"(a)\1"#, #"\p{L}"#, "a**", "*a", "a{2", "a{3,2}", "a{,2}",
  "(a", "a)",
  "[a", "[z-a]", "a]", "a}", #"\q"#, #"\x4"#, #"\ud800"#, "a{1001}", "^*", #"[\d-z]"#, "((a{1000}){1000})",
  #"a\"#,
])
func `what is not a regular expression is refused`(pattern: String) {
  #expect(throws: PatternError.self) { try Pattern(pattern) }
}

@Test func `no pattern backtracks`() throws {
  let text = String(repeating: "a", count: 5000) + "b"
  for pattern in ["^(a+)+$", "^(a|a)*$", "^(a*)*c", "^(a|aa)+$", "(x+x+)+y"] {
    #expect(try !Pattern(pattern).matches(text))
  }
}

@Test func `groups nested without end are refused`() {
  #expect(throws: PatternError.self) { try Pattern(String(repeating: "(", count: 100_000)) }
}
