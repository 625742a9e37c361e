/// A compiled regular expression that says whether a text has a match, in time linear in the text.
///
/// A set of threads walks the text once (Thompson 1968; R. Cox, "Regular Expression Matching: the Virtual
/// Machine Approach"), so there is no pattern and no text that makes it backtrack.
struct Pattern: Sendable {
  let text: String
  private let plan: Plan

  private enum Plan: Sendable {
    /// `^[…]…[…]{least,most}$`, the form of nearly every name and path: one walk without threads.
    case run(head: [ScalarSet], ScalarSet, least: Int, most: Int?)
    case program(PatternProgram)
  }

  init(_ text: String) throws(PatternError) {
    self.text = text
    let syntax = try PatternParser.parse(text)
    if let run = Self.run(syntax) { plan = run } else { plan = .program(try PatternProgram(syntax)) }
  }

  private static func run(_ syntax: PatternSyntax) -> Plan? {
    guard case .sequence(let terms) = syntax, terms.count >= 3, terms.first == .start, terms.last == .end,
      case .repeated(.set(let set), let least, let most) = terms[terms.count - 2]
    else { return nil }
    var head: [ScalarSet] = []
    for term in terms.dropFirst().dropLast(2) {
      guard case .set(let one) = term else { return nil }
      head.append(one)
    }
    return .run(head: head, set, least: least, most: most)
  }

  func matches(_ text: String) -> Bool {
    switch plan {
    case .program(let program): return program.matches(text)
    case .run(let head, let set, let least, let most):
      var count = 0
      for scalar in text.unicodeScalars {
        guard (count < head.count ? head[count] : set).contains(scalar.value) else { return false }
        count += 1
      }
      return count >= head.count + least && count - head.count <= most ?? .max
    }
  }
}
