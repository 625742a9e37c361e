/// A Swift file of the package, as lines.
struct SourceFile: Sendable {
  /// From the package's root: `Sources/API/Server.swift`.
  let path: String
  let lines: [Substring]

  init(path: String, _ text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The module that each import line names.
  var imports: [String] { lines.compactMap(Self.module) }

  /// `@testable import struct Model.User` names Model.
  static func module(importedBy line: Substring) -> String? {
    var words = line.split(separator: " ")[...]
    while let first = words.first, first.hasPrefix("@") || accessLevels.contains(first) {
      words.removeFirst()
    }
    guard words.popFirst() == "import" else { return nil }
    if let first = words.first, declarationKinds.contains(first) { words.removeFirst() }
    return words.first.map { String($0.prefix { $0 != "." }) }
  }

  private static let accessLevels: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private",
  ]
  private static let declarationKinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
  ]
}

extension SourceFile {
  /// The words of its code: no comments, and nothing that stands in a string.
  var words: Set<Substring> {
    var words: Set<Substring> = []
    var isInText = false
    for line in lines where isInText || !line.drop(while: { $0 == " " }).hasPrefix("//") {
      for (place, part) in Self.parts(of: line, between: "\"\"\"").enumerated() {
        if place > 0 { isInText.toggle() }
        if isInText { continue }
        words.formUnion(Self.code(of: part).split { !($0.isLetter || $0.isNumber || $0 == "_") })
      }
    }
    return words
  }

  private static func parts(of line: Substring, between delimiter: String) -> [Substring] {
    guard line.contains("\"") else { return [line] }
    return line.split(separator: delimiter, omittingEmptySubsequences: false)
  }

  private static func code(of line: Substring) -> Substring {
    let texts = parts(of: line, between: "\"").enumerated()
    let code = texts.filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: " ")[...]
    return code.firstRange(of: "//").map { code[..<$0.lowerBound] } ?? code
  }
}
