import JSON
import POSIX
import Testing

/// The blocks of pages that show the program, held against the program.
struct PrintedBlockTests {
  private static let catalog = "Sources/berth/Documentation.docc/"

  @Test func `the demo is what its page shows, and the README shows lines of it`() throws {
    let printed = Self.withoutTimes(try Self.output(of: ["demo"]))
    #expect(try Self.shown(Self.catalog + "Demo.md") == printed)
    var rest = printed[...]
    for line in try Self.shown("README.md") {
      let place = try #require(rest.firstIndex(of: line), "not printed, or not in this order: \(line)")
      rest = rest[(place + 1)...]
    }
  }

  @Test func `the table of methods is the catalog's`() throws {
    let shown = try Page(Self.catalog + "Methods.md").block("methods")
    #expect(Self.lines(shown) == Self.lines(try Self.output(of: ["help", "markdown"])))
  }

  @Test func `the table of errors has every code that a method may answer`() throws {
    let page = try Page(Self.catalog + "Errors.md")
    let folder = Repository.root + "/schemas"
    let names = try Directory(folder).names().filter { $0.hasSuffix(".json") }
    let codes = try names.flatMap { name in
      let bytes = try #require(try FileDescriptor.contents(of: folder + "/" + name))
      return (try JSONParser.parse(bytes)["errors"]?.array ?? []).compactMap(\.int)
    }
    let missing = Set(codes).filter { !page.text.contains("\n| \($0 < 0 ? "−" : "")\(abs($0)) | ") }
    #expect(codes.count > 40)
    #expect(missing == [])
  }

  private static func shown(_ path: String) throws -> [String] {
    withoutTimes(try Page(path).block("demo").replacing("```text\n", with: "").replacing("```", with: ""))
  }

  private static func output(of arguments: [String]) throws -> String {
    let directory = try Directory.makeTemporary(prefix: "berth-documentation-")
    defer { try? Directory.removeTree(directory) }
    let path = directory + "/output"
    let file = try FileDescriptor.open(path, .create)
    let child = try ChildProcess(try binary(), arguments, output: .descriptor(file))
    #expect(try child.wait() == .exited(code: 0))
    return String(decoding: try #require(try FileDescriptor.contents(of: path)), as: UTF8.self)
  }

  /// The program built with these tests: beside the test bundle.
  private static func binary() throws -> String {
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
