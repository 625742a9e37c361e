/// A pattern as a table: the state after each kind of character.
///
/// Made from the program by the subset construction (Rabin and Scott 1959; Aho, Sethi, Ullman 3.7): a state
/// is the set of threads that the program would have alive.
struct PatternAutomaton: Sendable {
  /// Where each kind of character begins: kind `i` is `starts[i]..<starts[i + 1]`. All of a kind are alike to
  /// the pattern.
  private let starts: [UInt32]
  /// The kinds of the characters below 128.
  private let lowKinds: [UInt8]
  /// `next[state * kinds + kind]`.
  private let next: [UInt16]
  /// Whether the text may end in the state.
  private let endsIn: [Bool]

  private static let stateLimit = 500
  private static let kindLimit = 250
  /// Two states that stay what they are: matched, and never to match.
  private static let matched = 0
  private static let dead = 1
  private static let first = 2

  /// Nil when the table would be too large.
  init?(_ program: PatternProgram) {
    starts = program.kindStarts
    guard starts.count <= Self.kindLimit else { return nil }
    let starts = starts
    lowKinds = (0..<128).map { low in UInt8(starts.lastIndex { $0 <= low } ?? 0) }
    let kinds = starts.count
    var next = [UInt16](repeating: UInt16(Self.matched), count: kinds)
    next += [UInt16](repeating: UInt16(Self.dead), count: kinds)
    var endsIn = [true, false]
    let initial = program.threads(atStart: true)
    var states = [initial]
    var numbers: [PatternProgram.State: Int] = [:]
    var open = 0
    while open < states.count {
      guard states.count < Self.stateLimit else { return nil }
      let state = states[open]
      endsIn.append(program.canEnd(in: state, isEmpty: open == 0))
      open += 1
      for kind in 0..<kinds {
        let reached = program.threads(after: state, on: starts[kind])
        let number: Int
        if reached.isMatched {
          number = Self.matched
        } else if reached.isEmpty {
          number = Self.dead
        } else if let known = numbers[reached] {
          number = known
        } else {
          number = Self.first + states.count
          numbers[reached] = number
          states.append(reached)
        }
        next.append(UInt16(number))
      }
    }
    self.next = next
    self.endsIn = endsIn
    start = initial.isMatched ? Self.matched : Self.first
  }

  private let start: Int

  func matches(_ text: String) -> Bool {
    let result = text.utf8.withContiguousStorageIfAvailable { walk($0) }
    return result ?? Array(text.utf8).withUnsafeBufferPointer { walk($0) }
  }

  private func walk(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let kinds = starts.count
    var state = start
    var place = 0
    next.withUnsafeBufferPointer { next in
      lowKinds.withUnsafeBufferPointer { lowKinds in
        while place < text.count, state > Self.dead {
          let byte = text[place]
          let kind: Int
          if byte < 0x80 {
            kind = Int(lowKinds[Int(byte)])
            place += 1
          } else {
            kind = self.kind(of: Self.scalar(in: text, at: &place))
          }
          state = Int(next[state * kinds + kind])
        }
      }
    }
    return endsIn[state]
  }

  private func kind(of scalar: UInt32) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= scalar { low = middle } else { high = middle }
    }
    return low
  }

  /// Decodes a scalar of more than one byte; a String's bytes are always UTF-8.
  private static func scalar(in text: UnsafeBufferPointer<UInt8>, at place: inout Int) -> UInt32 {
    let lead = text[place]
    let count = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = UInt32(lead) & (0x7F >> UInt32(count))
    for offset in 1..<count { value = value << 6 | UInt32(text[place + offset]) & 0x3F }
    place += count
    return value
  }
}
