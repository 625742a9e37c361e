/// A compiled regular expression that says whether a text has a match, in time linear in the text.
///
/// As a rule it is one table look-up a character. A pattern whose table would be too large is walked by a
/// set of threads instead; there is no pattern and no text that makes either backtrack.
struct Pattern: Sendable {
  let text: String
  private let plan: Plan

  private enum Plan: Sendable {
    case automaton(PatternAutomaton)
    case program(PatternProgram)
  }

  init(_ text: String) throws(PatternError) {
    self.text = text
    let program = try PatternProgram(try PatternParser.parse(text))
    plan = PatternAutomaton(program).map(Plan.automaton) ?? .program(program)
  }

  func matches(_ text: String) -> Bool {
    switch plan {
    case .automaton(let automaton): automaton.matches(text)
    case .program(let program): program.matches(text)
    }
  }
}
