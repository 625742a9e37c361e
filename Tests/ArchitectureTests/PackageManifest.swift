/// The targets that `Package.swift` declares, read from its text.
struct PackageManifest: Sendable {
  struct Target: Sendable, Equatable {
    enum Kind { case library, executable, tests }

    let name: String
    let kind: Kind
    /// Its folder, from the package's root.
    let path: String
    let dependencies: Set<String>

    /// As an import line names it.
    var module: String { String(name.map { $0 == "-" ? "_" : $0 }) }
  }

  let targets: [Target]

  /// Of calls like `library("RPC", ["JSON"])` and `.target(name: "RPC", dependencies: ["JSON"])`.
  init(_ text: String) {
    let call = /(library|tests|\.target|\.executableTarget)\(\s*(?:name: )?"([^"]+)"/
    targets = text.matches(of: call).map { match in
      let (word, name) = (match.1, String(match.2))
      let kind: Target.Kind =
        switch word {
        case "tests": .tests
        case ".executableTarget": .executable
        default: .library
        }
      let rest = Self.restOfCall(text[match.range.upperBound...])
      let list = rest.firstMatch(of: /(?:^,\s*|dependencies: )\[([^\]]*)\]/)
      let path = rest.firstMatch(of: /path: "([^"]*)"/)
      let fullName = kind == .tests ? name + "Tests" : name
      return Target(
        name: fullName, kind: kind,
        path: path.map { String($0.1) } ?? (kind == .tests ? "Tests/" : "Sources/") + fullName,
        dependencies: Set((list?.1 ?? "").matches(of: /"([^"]+)"/).map { String($0.1) }))
    }
  }

  /// Up to the bracket that closes the call.
  private static func restOfCall(_ text: Substring) -> Substring {
    var depth = 1
    return text.prefix { character in
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      return depth > 0
    }
  }

  func target(of file: SourceFile) -> Target? {
    targets.first { file.path.hasPrefix($0.path + "/") }
  }
}
