/// A compiled regular expression that says whether a text has a match, in time linear in the text.
///
/// A set of threads walks the text once (Thompson 1968; R. Cox, "Regular Expression Matching: the Virtual
/// Machine Approach"), so there is no pattern and no text that makes it backtrack.
struct Pattern: Sendable {
  let text: String
  private let plan: Plan

  private enum Plan: Sendable {
    /// `^[…]{least,most}$`, the form of nearly every name: one walk without threads.
    case run(ScalarSet, least: Int, most: Int?)
    case program(PatternProgram)
  }

  init(_ text: String) throws(PatternError) {
    self.text = text
    let syntax = try PatternParser.parse(text)
    if case .sequence(let terms) = syntax, terms.count == 3, terms.first == .start, terms.last == .end,
      case .repeated(.set(let set), let least, let most) = terms[1]
    {
      plan = .run(set, least: least, most: most)
    } else {
      plan = .program(try PatternProgram(syntax))
    }
  }

  func matches(_ text: String) -> Bool {
    switch plan {
    case .program(let program): return program.matches(text)
    case .run(let set, let least, let most):
      var count = 0
      for scalar in text.unicodeScalars {
        guard set.contains(scalar.value) else { return false }
        count += 1
      }
      return count >= least && count <= most ?? .max
    }
  }
}
