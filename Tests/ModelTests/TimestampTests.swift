import Model
import TestSupport
import Testing

@Test(arguments: [
  (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
  (1_795_472_540_007, "2026-11-23T22:22:20.007Z"), (-1, "1969-12-31T23:59:59.999Z"),
  (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
])
func `a time is written as RFC 3339 has it and read back`(milliseconds: Int, text: String) {
  #expect(Timestamp(milliseconds: milliseconds).text == text)
  #expect(Timestamp(text) == Timestamp(milliseconds: milliseconds))
}

@Test func `any time survives its text`() {
  var random = SeededRandom(seed: 11)
  for _ in 0..<10_000 {
    let time = Timestamp(milliseconds: Int.random(in: 0...253_402_300_799_999, using: &random))
    #expect(Timestamp(time.text) == time)
  }
}

@Test(arguments: [
  "", "2026-11-23", "2026-13-23T22:22:20.007Z", "2026-11-23T22:22:20.007+", "2026-11-23 22:22:20.007Z",
])
func `what is not such a text is not a time`(text: String) { #expect(Timestamp(text) == nil) }
