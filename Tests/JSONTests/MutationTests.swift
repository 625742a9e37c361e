import JSON
import Testing

/// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014): the same mutations in every run.
private struct Mutations: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

private let seeds: [String] = [
  #"{"jsonrpc":"2.0","id":17,"method":"deployments.create","params":{"name":"a-1","required_cpu":0.5,"priority":50}}"#,
  #"[1,-2.5e+10,"é😀\ud83d\ude00\n\u0000",{"":{"a":[[],{}]}},null,true,false]"#,
]

@Test(arguments: 0..<4)
func `no mutation crashes the parser, and what it accepts it writes back`(round: UInt64) throws {
  var random = Mutations(state: 0xBE47_0000 + round)
  var accepted = 0
  for _ in 0..<4000 {
    var bytes = Array(seeds[Int(round % 2)].utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
    guard let value = try? JSONParser.parse(bytes) else { continue }
    accepted += 1
    let again = try JSONParser.parse(value.bytes)
    #expect(again == value && again.bytes == value.bytes, "\(bytes)")
  }
  // Mutations that only ever broke the text would test half of it.
  #expect(accepted > 100)
}

private func mutate(_ bytes: inout [UInt8], _ random: inout Mutations) {
  guard !bytes.isEmpty else { return }
  let place = Int.random(in: 0..<bytes.count, using: &random)
  switch Int.random(in: 0..<6, using: &random) {
  case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
  case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
  case 2: bytes.remove(at: place)
  case 3: bytes.insert(Array(#"{}[]",:\0e.-"#.utf8).randomElement(using: &random) ?? 0, at: place)
  case 4: bytes.removeLast(bytes.count - place)
  default:
    let end = Int.random(in: place...bytes.count, using: &random)
    bytes.insert(contentsOf: bytes[place..<end], at: place)
  }
}
