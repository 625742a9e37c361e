import JSON
import Testing

@Test func `numbers come back as they were written`() throws {
  for text in ["1.0", "1152921504606846976", "-0", "1e400", "0.1", "123456789012345678901234567890"] {
    #expect(try JSONParser.parse(text).text == text)
  }
}
