/// A pattern as instructions for threads that advance together (Thompson 1968; R. Cox, "Regular Expression
/// Matching: the Virtual Machine Approach").
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
    case .start: try add(.start)
    case .end: try add(.end)
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

/// Running it.
extension PatternProgram {
  /// The threads alive between two scalars, in order of their places.
  struct State: Hashable, Sendable {
    /// Those that wait for a scalar.
    var waiting: [Int] = []
    /// Those that wait for the end of the text.
    var atEnd: [Int] = []
    /// One has come to the end of the pattern.
    var isMatched = false

    var isEmpty: Bool { waiting.isEmpty && atEnd.isEmpty && !isMatched }
  }

  func matches(_ text: String) -> Bool {
    var state = threads(atStart: true)
    for scalar in text.unicodeScalars {
      if state.isMatched { return true }
      state = threads(after: state, on: scalar.value)
    }
    return canEnd(in: state, isEmpty: text.isEmpty)
  }

  /// The threads that begin here.
  func threads(atStart: Bool) -> State { followed([0], atStart: atStart, atEnd: false) }

  /// The threads after a scalar. A match may begin anywhere, so one begins behind every scalar.
  func threads(after state: State, on scalar: UInt32) -> State {
    var places = [0]
    for place in state.waiting {
      if case .set(let set) = instructions[place], set.contains(scalar) { places.append(place + 1) }
    }
    return followed(places, atStart: false, atEnd: false)
  }

  /// Whether the pattern has matched when the text ends here.
  func canEnd(in state: State, isEmpty: Bool) -> Bool {
    state.isMatched || followed(state.atEnd + [0], atStart: isEmpty, atEnd: true).isMatched
  }

  /// All that is reached from `places` without consuming a scalar.
  private func followed(_ places: [Int], atStart: Bool, atEnd: Bool) -> State {
    var state = State()
    var seen = [Bool](repeating: false, count: instructions.count)
    var open = places
    while let place = open.popLast() {
      guard !seen[place] else { continue }
      seen[place] = true
      switch instructions[place] {
      case .set: state.waiting.append(place)
      case .start: if atStart { open.append(place + 1) }
      case .end: if atEnd { open.append(place + 1) } else { state.atEnd.append(place) }
      case .jump(let target): open.append(target)
      case .split(let first, let second): open += [second, first]
      case .match: state.isMatched = true
      }
    }
    state.waiting.sort()
    state.atEnd.sort()
    return state
  }

  /// The first scalar of each kind: no set tells the scalars from one start to the next apart.
  var kindStarts: [UInt32] {
    var starts: Set<UInt32> = [0]
    for case .set(let set) in instructions {
      for range in set.ranges { starts.formUnion([range.lowerBound, range.upperBound + 1]) }
    }
    return starts.sorted()
  }
}
