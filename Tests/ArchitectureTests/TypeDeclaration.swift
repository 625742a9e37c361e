/// A type's declaration in a file, and how its comment begins.
struct TypeDeclaration: Equatable {
  let name: String
  let isTopLevel: Bool
  /// The first word of the doc comment directly above it, attributes aside; nil when it has none.
  let firstWord: String?

  /// Those of a formatted file: one that is not indented is at the top level.
  static func all(in file: SourceFile) -> [TypeDeclaration] {
    var declarations: [TypeDeclaration] = []
    var comment: Substring?
    var openBrackets = 0
    for line in file.lines {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("///") {
        comment = comment ?? text.dropFirst(3)
      } else if let name = name(declaredBy: text) {
        let word = comment?.split(separator: " ").first.map(String.init)
        declarations.append(TypeDeclaration(name: name, isTopLevel: !line.hasPrefix(" "), firstWord: word))
        comment = nil
      } else if openBrackets > 0 || text.hasPrefix("@") {
        // An attribute between the comment and its type, perhaps of several lines.
        openBrackets += text.count { $0 == "(" } - text.count { $0 == ")" }
      } else {
        comment = nil
      }
    }
    return declarations
  }

  /// `@Suite(.serialized) package final class Store<F>` declares Store.
  private static func name(declaredBy line: Substring) -> String? {
    var rest = line
    while rest.hasPrefix("@") { rest = withoutAttribute(rest) }
    var words = rest.split(separator: " ", maxSplits: 6)[...]
    while let first = words.first, modifiers.contains(first) { words.removeFirst() }
    guard let kind = words.popFirst(), kinds.contains(kind), let name = words.first, name.first!.isUppercase
    else { return nil }
    return String(name.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
  }

  private static func withoutAttribute(_ text: Substring) -> Substring {
    var depth = 0
    let rest = text.drop { character in
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      return depth > 0 || character != " "
    }
    return rest.dropFirst()
  }

  private static let modifiers: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private", "final", "indirect", "nonisolated",
  ]
  private static let kinds: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
}
