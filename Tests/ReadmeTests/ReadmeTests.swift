import POSIX
import Testing

/// README.md and what it shows, held against the program.
struct ReadmeTests {
  private let package = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

  @Test func `the transcript is what the demo prints`() throws {
    let printed = try output(of: ["demo"])
    let shown = try block("demo").replacing("```text\n", with: "").replacing("```", with: "")
    #expect(Self.withoutTimes(shown) == Self.withoutTimes(printed))
  }

  @Test func `the table of methods is the catalog's`() throws {
    #expect(Self.lines(try block("methods")) == Self.lines(try output(of: ["help", "markdown"])))
  }

  private func block(_ name: String) throws -> String {
    let bytes = try #require(try FileDescriptor.contents(of: package + "/README.md"))
    let text = String(decoding: bytes, as: UTF8.self)
    let start = try #require(text.firstRange(of: "<!-- \(name) -->")).upperBound
    let end = try #require(text[start...].firstRange(of: "<!-- /\(name) -->")).lowerBound
    return String(text[start..<end])
  }

  private func output(of arguments: [String]) throws -> String {
    let directory = try Directory.makeTemporary(prefix: "berth-readme-")
    defer { try? Directory.removeTree(directory) }
    let path = directory + "/output"
    let file = try FileDescriptor.open(path, .create)
    let child = try ChildProcess(try binary(), arguments, output: .descriptor(file))
    #expect(try child.wait() == .exited(code: 0))
    return String(decoding: try #require(try FileDescriptor.contents(of: path)), as: UTF8.self)
  }

  /// The program built with these tests: beside the test bundle.
  private func binary() throws -> String {
    try ThisProcess.executable.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/berth"
  }

  private static func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  /// Times differ from run to run, and trailing blanks are not shown.
  private static func withoutTimes(_ text: String) -> [String] {
    lines(text).map { line in
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      return words.filter { $0.last != "Z" && !($0.count == 10 && $0.hasPrefix("20")) }.joined(separator: " ")
    }
  }
}
