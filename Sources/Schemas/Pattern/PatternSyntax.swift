/// A pattern as it is written.
indirect enum PatternSyntax: Equatable, Sendable {
  case set(ScalarSet)
  case start
  case end
  case sequence([PatternSyntax])
  case choice([PatternSyntax])
  /// `most` nil: without bound.
  case repeated(PatternSyntax, least: Int, most: Int?)
}

/// A reason for which a pattern is refused, in words that follow "the pattern …".
struct PatternError: Error, Equatable, Sendable {
  let reason: String
}

/// A parser of the regular part of ECMA-262's patterns: literals, `.`, classes, `\d \w \s`, `^`, `$`, groups,
/// alternation and quantifiers. What is not regular or depends on flags (look-around, back references, `\b`,
/// `\p`) is refused by name rather than taken for something else.
struct PatternParser {
  private let text: [Unicode.Scalar]
  private var place = 0
  private var depth = 0

  private static let depthLimit = 50
  private static let countLimit = 1000

  private init(_ text: String) { self.text = Array(text.unicodeScalars) }

  static func parse(_ text: String) throws(PatternError) -> PatternSyntax {
    var parser = PatternParser(text)
    let syntax = try parser.choice()
    guard parser.place == parser.text.count else { throw PatternError(reason: "has a ) without its (") }
    return syntax
  }

  private var next: Unicode.Scalar? { place < text.count ? text[place] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    place += 1
    return true
  }

  private mutating func choice() throws(PatternError) -> PatternSyntax {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternSyntax {
    var terms: [PatternSyntax] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let term = try self.term()
      terms.append(try quantified(term))
    }
    return terms.count == 1 ? terms[0] : .sequence(terms)
  }

  private mutating func term() throws(PatternError) -> PatternSyntax {
    let scalar = text[place]
    place += 1
    switch scalar {
    case "^": return .start
    case "$": return .end
    case ".": return .set(.lineEnd.inverted)
    case "(": return try group()
    case "[": return .set(try characterClass())
    case "\\": return .set(try escape(inClass: false))
    case "*", "+", "?": throw PatternError(reason: "has a \(scalar) with nothing to repeat")
    case "{", "}", "]": throw PatternError(reason: "has a bare \(scalar); write \\\(scalar)")
    default: return .set(ScalarSet(scalar))
    }
  }

  private mutating func group() throws(PatternError) -> PatternSyntax {
    guard depth < Self.depthLimit else { throw PatternError(reason: "is nested too deep") }
    if take("?") {
      guard take(":") else { throw PatternError(reason: "uses (?…), of which only (?: is known") }
    }
    depth += 1
    let inner = try choice()
    depth -= 1
    guard take(")") else { throw PatternError(reason: "has a ( without its )") }
    return inner
  }

  private mutating func quantified(_ term: PatternSyntax) throws(PatternError) -> PatternSyntax {
    let bounds: (least: Int, most: Int?)
    if take("*") {
      bounds = (0, nil)
    } else if take("+") {
      bounds = (1, nil)
    } else if take("?") {
      bounds = (0, 1)
    } else if take("{") {
      bounds = try counts()
    } else {
      return term
    }
    guard term != .start, term != .end else { throw PatternError(reason: "repeats an anchor") }
    // Laziness changes what a group captures, never whether there is a match.
    _ = take("?")
    if let next, "*+?{".unicodeScalars.contains(next) {
      throw PatternError(reason: "has two quantifiers in a row")
    }
    return .repeated(term, least: bounds.least, most: bounds.most)
  }

  /// What stands between the braces of `{2}`, `{2,}` or `{2,5}`.
  private mutating func counts() throws(PatternError) -> (least: Int, most: Int?) {
    let least = try count()
    var most: Int? = least
    if take(",") { most = next == "}" ? nil : try count() }
    guard take("}") else { throw PatternError(reason: "has a { without its }") }
    guard most.map({ $0 >= least }) ?? true else {
      throw PatternError(reason: "repeats at least more than at most")
    }
    return (least, most)
  }

  private mutating func count() throws(PatternError) -> Int {
    var value: Int?
    while let digit = next, ("0"..."9").contains(digit) {
      value = (value ?? 0) * 10 + Int(digit.value - 0x30)
      guard value ?? 0 <= Self.countLimit else {
        throw PatternError(reason: "repeats more than \(Self.countLimit) times")
      }
      place += 1
    }
    guard let value else { throw PatternError(reason: "has a { without a number") }
    return value
  }
}

/// Classes and escapes.
extension PatternParser {
  private mutating func characterClass() throws(PatternError) -> ScalarSet {
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    while !take("]") {
      let low = try classAtom()
      guard next == "-", place + 1 < text.count, text[place + 1] != "]" else {
        ranges += low.ranges
        continue
      }
      place += 1
      let high = try classAtom()
      guard let from = low.only, let to = high.only, from <= to else {
        throw PatternError(reason: "has a range that is none")
      }
      ranges.append(from...to)
    }
    let set = ScalarSet(ranges)
    return isInverted ? set.inverted : set
  }

  private mutating func classAtom() throws(PatternError) -> ScalarSet {
    guard let scalar = next else { throw PatternError(reason: "has a [ without its ]") }
    place += 1
    return scalar == "\\" ? try escape(inClass: true) : ScalarSet(scalar)
  }

  /// What follows a backslash.
  private mutating func escape(inClass: Bool) throws(PatternError) -> ScalarSet {
    guard let scalar = next else { throw PatternError(reason: "ends in a backslash") }
    place += 1
    switch scalar {
    case "d": return .digit
    case "D": return .digit.inverted
    case "w": return .word
    case "W": return .word.inverted
    case "s": return .space
    case "S": return .space.inverted
    case "t": return ScalarSet("\t")
    case "n": return ScalarSet("\n")
    case "r": return ScalarSet("\r")
    case "f": return ScalarSet("\u{0C}")
    case "v": return ScalarSet("\u{0B}")
    case "x": return ScalarSet(try hexadecimal(digits: 2))
    case "u": return ScalarSet(try hexadecimal(digits: 4))
    default: return try identity(scalar, inClass: inClass)
    }
  }

  /// A punctuation character that stands for itself.
  private func identity(_ scalar: Unicode.Scalar, inClass: Bool) throws(PatternError) -> ScalarSet {
    let known = "^$\\.*+?()[]{}|/" + (inClass ? "-" : "")
    guard known.unicodeScalars.contains(scalar) else {
      throw PatternError(reason: "uses \\\(scalar), which is not known")
    }
    return ScalarSet(scalar)
  }

  private mutating func hexadecimal(digits: Int) throws(PatternError) -> Unicode.Scalar {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = next.flatMap({ Character($0).hexDigitValue }) else {
        throw PatternError(reason: "has an escape without its \(digits) hexadecimal digits")
      }
      value = value << 4 + UInt32(digit)
      place += 1
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw PatternError(reason: "names half a surrogate pair")
    }
    return scalar
  }
}

extension ScalarSet {
  /// The one member of a set of one.
  fileprivate var only: UInt32? {
    guard ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}
