/// The rules that hold for the whole tree; each answers with a sentence for every place that breaks it.
struct Architecture {
  let manifest: PackageManifest
  let files: [SourceFile]

  init(_ manifest: PackageManifest, _ files: [SourceFile]) {
    self.manifest = manifest
    self.files = files
  }

  private func files(of target: PackageManifest.Target) -> [SourceFile] {
    files.filter { $0.path.hasPrefix(target.path + "/") }
  }

  // MARK: - Arrows

  /// SwiftPM lets a target import what it reaches over another; here each arrow is declared.
  func undeclaredImports() -> [String] {
    let modules = Dictionary(uniqueKeysWithValues: manifest.targets.map { ($0.module, $0.name) })
    return manifest.targets.flatMap { target in
      files(of: target).flatMap { file in
        file.imports.compactMap { modules[$0] }.filter { !target.dependencies.contains($0) }
          .map { "\(file.path) imports \($0), which Package.swift does not declare of \(target.name)" }
      }
    }
  }

  /// An executable that a test target depends on is there to be run, not to be imported.
  func unusedDependencies() -> [String] {
    let kinds = Dictionary(uniqueKeysWithValues: manifest.targets.map { ($0.name, $0.kind) })
    return manifest.targets.flatMap { target in
      let imported = Set(files(of: target).flatMap(\.imports))
      return target.dependencies.sorted().filter { name in
        if target.kind == .tests, kinds[name] == .executable { return false }
        return !manifest.targets.contains { $0.name == name && imported.contains($0.module) }
      }.map { "\(target.name) declares \($0) and imports it nowhere" }
    }
  }

  /// The targets that may import more than our own modules: the door to the system, and what runs at build time.
  private static let doors: Set = ["POSIX", "CPosix", "SchemaEmbedder"]
  /// Part of Swift itself, and no way to the system.
  private static let harmless: Set = ["Synchronization"]

  /// POSIX is the only door to the system.
  func systemImports() -> [String] {
    let modules = Set(manifest.targets.map(\.module))
    return manifest.targets.filter { $0.path.hasPrefix("Sources/") && !Self.doors.contains($0.name) }
      .flatMap { target in
        files(of: target).flatMap { file in
          file.imports.filter { !modules.contains($0) && !Self.harmless.contains($0) }
            .map { "\(file.path) imports \($0): that is for POSIX" }
        }
      }
  }

  // MARK: - Names

  /// One name stands for one thing, in the tests too.
  func namesInTwoTargets() -> [String] {
    var places: [String: Set<String>] = [:]
    for file in files {
      guard let target = manifest.target(of: file) else { continue }
      for declaration in TypeDeclaration.all(in: file) where declaration.isTopLevel {
        places[declaration.name, default: []].insert(target.name)
      }
    }
    return places.filter { $0.value.count > 1 }.map { name, targets in
      "\(name) is a type in \(targets.sorted().joined(separator: " and in "))"
    }.sorted()
  }

  /// Beginnings of a comment that tells about a type rather than what it is: questions, and verbs that once stood there.
  private static let notNouns: Set = [
    "What", "Where", "Who", "Whose", "Which", "How", "When", "Whether", "Why", "Adds", "Asks", "Becomes",
    "Carries",
    "Checks", "Cuts", "Drops", "Embeds", "Fills", "Finds", "Follows", "Gathers", "Holds", "Joins", "Keeps",
    "Knows",
    "Makes", "Owns", "Plays", "Puts", "Reads", "Runs", "Says", "Serves", "Tells", "Tries", "Waits", "Wakes",
    "Walks",
    "Writes",
  ]

  /// A type is a noun, and its comment begins with one.
  func commentsWithoutNoun() -> [String] {
    files.flatMap { file in
      TypeDeclaration.all(in: file).filter { Self.notNouns.contains($0.firstWord ?? "") }
        .map { "\(file.path): the comment of \($0.name) begins with \($0.firstWord ?? "")" }
    }
  }

  // MARK: - Files

  private static let mostLines = 400

  func longFiles() -> [String] {
    files.filter { $0.lines.count > Self.mostLines }.map { "\($0.path) has \($0.lines.count) lines" }
  }

  func filesOfNoTarget() -> [String] {
    files.filter { manifest.target(of: $0) == nil && !$0.path.hasPrefix("Sources/SchemaPlugin/") }
      .map { "\($0.path) is of no target" }
  }
}
