/// A pattern as instructions for threads that advance together.
struct PatternProgram: Sendable {
  private enum Instruction: Sendable {
    /// Consumes a scalar of the set and goes on behind.
    case set(ScalarSet)
    case start
    case end
    case jump(Int)
    case split(Int, Int)
    case match
  }

  private var instructions: [Instruction] = []
  /// A bound on the work for one scalar of text.
  private static let sizeLimit = 4000

  init(_ syntax: PatternSyntax) throws(PatternError) {
    try emit(syntax)
    try add(.match)
  }

  private mutating func add(_ instruction: Instruction) throws(PatternError) {
    guard instructions.count < Self.sizeLimit else { throw PatternError(reason: "is too large") }
    instructions.append(instruction)
  }

  private mutating func emit(_ syntax: PatternSyntax) throws(PatternError) {
    switch syntax {
    case .set(let set): try add(.set(set))
    case .start: try add(Instruction.start)
    case .end: try add(Instruction.end)
    case .sequence(let terms): for term in terms { try emit(term) }
    case .choice(let branches): try emitChoice(branches[...])
    case .repeated(let inner, let least, let most): try emitRepeated(inner, least, most)
    }
  }

  private mutating func emitChoice(_ branches: ArraySlice<PatternSyntax>) throws(PatternError) {
    guard let first = branches.first else { return }
    guard branches.count > 1 else { return try emit(first) }
    let split = instructions.count
    try add(.jump(0))
    try emit(first)
    let jump = instructions.count
    try add(.jump(0))
    instructions[split] = .split(split + 1, instructions.count)
    try emitChoice(branches.dropFirst())
    instructions[jump] = .jump(instructions.count)
  }

  private mutating func emitRepeated(_ inner: PatternSyntax, _ least: Int, _ most: Int?) throws(PatternError)
  {
    for _ in 0..<least { try emit(inner) }
    guard let most else {
      let split = instructions.count
      try add(.jump(0))
      try emit(inner)
      try add(.jump(split))
      instructions[split] = .split(split + 1, instructions.count)
      return
    }
    var splits: [Int] = []
    for _ in least..<most {
      splits.append(instructions.count)
      try add(.jump(0))
      try emit(inner)
    }
    for split in splits { instructions[split] = .split(split + 1, instructions.count) }
  }
}

extension PatternProgram {
  func matches(_ text: String) -> Bool {
    var threads = Threads(count: instructions.count)
    var after = Threads(count: instructions.count)
    var isAtStart = true
    for scalar in text.unicodeScalars {
      // A match may begin anywhere, so a thread starts at every scalar.
      if follow(0, into: &threads, isAtStart: isAtStart, isAtEnd: false) { return true }
      isAtStart = false
      for place in threads.places {
        guard case .set(let set) = instructions[place], set.contains(scalar.value) else { continue }
        if follow(place + 1, into: &after, isAtStart: false, isAtEnd: false) { return true }
      }
      swap(&threads, &after)
      after.clear()
    }
    // At the end, `$` holds: what stopped at it goes on.
    let waiting = threads.atEnd + [0]
    var last = Threads(count: instructions.count)
    return waiting.contains { follow($0, into: &last, isAtStart: isAtStart, isAtEnd: true) }
  }

  /// Adds the thread at `place` with all it reaches without consuming; true when it reaches the match.
  private func follow(_ place: Int, into threads: inout Threads, isAtStart: Bool, isAtEnd: Bool) -> Bool {
    var open = [place]
    while let place = open.popLast() {
      guard threads.mark(place) else { continue }
      switch instructions[place] {
      case .set: threads.places.append(place)
      case .start: if isAtStart { open.append(place + 1) }
      case .end: if isAtEnd { open.append(place + 1) } else { threads.atEnd.append(place) }
      case .jump(let target): open.append(target)
      case .split(let first, let second): open += [second, first]
      case .match: return true
      }
    }
    return false
  }

  /// The threads alive between two scalars, each place at most once.
  private struct Threads {
    /// Those that wait for a scalar.
    var places: [Int] = []
    /// Those that wait for the end of the text.
    var atEnd: [Int] = []
    private var seen: [UInt64]

    init(count: Int) { seen = Array(repeating: 0, count: count / 64 + 1) }

    mutating func mark(_ place: Int) -> Bool {
      let bit: UInt64 = 1 << UInt64(place % 64)
      guard seen[place / 64] & bit == 0 else { return false }
      seen[place / 64] |= bit
      return true
    }

    mutating func clear() {
      places.removeAll(keepingCapacity: true)
      atEnd.removeAll(keepingCapacity: true)
      for index in seen.indices { seen[index] = 0 }
    }
  }
}
