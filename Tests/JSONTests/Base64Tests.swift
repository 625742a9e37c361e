import JSON
import Testing

struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func `it spells what RFC 4648 spells`(_ plain: String, _ spelled: String) {
    #expect(Base64.text(of: Array(plain.utf8)) == spelled)
    #expect(Base64.bytes(of: spelled) == Array(plain.utf8))
  }

  @Test func `all bytes come back`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 197) }
    for count in 990...1000 {
      #expect(Base64.bytes(of: Base64.text(of: bytes.prefix(count))) == Array(bytes.prefix(count)))
    }
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", "=Zg=", "Zm-v", "Z===", "====", "Zg==Zg==",
  ])
  func `nothing has a second spelling`(_ text: String) {
    #expect(Base64.bytes(of: text) == nil)
  }
}
