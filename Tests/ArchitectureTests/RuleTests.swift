import Testing

/// The rules against small trees with one fault each: a rule that cannot fail is none.
@Suite struct RuleTests {
  private static let manifest = PackageManifest(
    """
    targets: [
      .target(name: "CPosix", linkerSettings: [.linkedLibrary("crypt")]),
      library("POSIX", ["CPosix"]),
      library("Schemas", [\n  "POSIX",\n], plugins: ["SchemaPlugin"]),
      .executableTarget(
        name: "berth-bench", dependencies: ["Schemas"], swiftSettings: strict, linkerSettings: [withItsRuntime()]),
      .target(name: "Support", dependencies: ["POSIX"], path: "Tests/Support"),
      tests("Schemas", ["Schemas", "berth-bench"]),
    ]
    """)

  /// A tree that breaks no rule, with further files.
  private func tree(_ more: [String: String] = [:]) -> Architecture {
    var texts = [
      "Sources/POSIX/Clock.swift": "import CPosix\nimport Glibc\n\n/// The clocks.\npackage enum Clock {}\n",
      "Sources/Schemas/Schema.swift": "import POSIX\nimport Synchronization\n",
      "Sources/berth-bench/main.swift": "import Schemas\n",
      "Tests/Support/Sandbox.swift": "import POSIX\n",
      "Tests/SchemasTests/SchemaTests.swift": "import Testing\n@testable import Schemas\n",
    ]
    texts.merge(more) { $1 }
    return Architecture(Self.manifest, texts.sorted { $0.key < $1.key }.map { SourceFile(path: $0, $1) })
  }

  @Test func `a tree in order breaks no rule`() {
    let tree = tree()
    #expect(tree.undeclaredImports() == [] && tree.unusedDependencies() == [] && tree.systemImports() == [])
    #expect(tree.namesInTwoTargets() == [] && tree.commentsWithoutNoun() == [])
    #expect(tree.longFiles() == [] && tree.filesOfNoTarget() == [])
  }

  @Test(arguments: ["import POSIX", "@testable import POSIX", "package import struct POSIX.Clock"])
  func `an import that is not declared is found`(line: String) {
    #expect(tree(["Sources/berth-bench/Stray.swift": line]).undeclaredImports().count == 1)
  }

  @Test func `a dependency that nothing imports is found, but for an executable that tests run`() {
    #expect(tree(["Sources/Schemas/Schema.swift": ""]).unusedDependencies().count == 1)
    #expect(tree(["Sources/berth-bench/main.swift": "// import Schemas"]).unusedDependencies().count == 1)
  }

  @Test(arguments: ["Glibc", "Foundation", "Dispatch", "Musl"])
  func `a way to the system beside POSIX is found`(module: String) {
    #expect(tree(["Sources/Schemas/Stray.swift": "import \(module)"]).systemImports().count == 1)
    #expect(tree(["Tests/Support/Stray.swift": "import \(module)"]).systemImports() == [])
  }

  @Test(arguments: [
    "private struct Clock {}", "@MainActor final class Clock: Sendable {", "typealias Clock = Int",
  ])
  func `a name that stands in two targets is found`(line: String) {
    #expect(tree(["Sources/Schemas/Second.swift": line]).namesInTwoTargets().count == 1)
    #expect(tree(["Sources/POSIX/Second.swift": line]).namesInTwoTargets() == [])
    #expect(tree(["Sources/Schemas/Second.swift": "enum Outer {\n  " + line]).namesInTwoTargets() == [])
  }

  @Test func `a comment that begins with no noun is found, behind attributes too`() {
    for comment in ["/// What is kept.", "/// Who asks.\n/// More.\n@Suite(\n  .serialized,\n  .tags(.a))"] {
      #expect(
        tree(["Sources/POSIX/Kept.swift": comment + "\nstruct Kept {}"]).commentsWithoutNoun().count == 1)
    }
    #expect(tree(["Sources/POSIX/Kept.swift": "/// What.\n\nstruct Kept {}"]).commentsWithoutNoun() == [])
    #expect(tree(["Sources/POSIX/Kept.swift": "/// The kept.\nstruct Kept {}"]).commentsWithoutNoun() == [])
  }

  @Test func `a long file and one of no target are found`() {
    let long = String(repeating: "\n", count: 400)
    #expect(tree(["Sources/POSIX/Long.swift": long]).longFiles().count == 1)
    #expect(tree(["Sources/Lost/Lost.swift": ""]).filesOfNoTarget().count == 1)
  }

  @Test func `a map is compared arrow by arrow`() throws {
    let page = """
      <!-- map -->
      | target | what |
      |---|---|
      | CPosix | C |
      | `POSIX` → CPosix | calls |
      | Schemas → POSIX | files |
      | berth-bench → Schemas | measures |
      <!-- /map -->
      """
    #expect(PrintedMap("no map") == nil)
    #expect(try #require(PrintedMap(page)).differences(from: Self.manifest) == [])
    for (right, wrong) in [
      ("POSIX` → CPosix", "POSIX`"), ("→ POSIX |", "→ POSIX, CPosix |"), ("| CPosix | C |\n", ""),
      ("| CPosix | C |\n", "| CPosix | C |\n| Lost | – |\n"),
    ] {
      let differences = try #require(PrintedMap(page.replacing(right, with: wrong)))
        .differences(from: Self.manifest)
      #expect(differences.count == 1, "\(wrong)")
    }
  }

  @Test func `words are of the code, not of comments and texts`() {
    let file = SourceFile(
      path: "",
      "let a: Plan = b(\"a Queue\") // of Node\n/// Cluster\nlet c = \"\"\"\n  Lease\n  \"\"\"\nUser()")
    #expect(file.words == ["let", "a", "Plan", "b", "c", "User"])
  }

  @Test func `a type that is named from a layer below it is found`() {
    let layers = FolderLayers(target: "Sources/A", below: ["Low": [], "High": ["Low"]])
    func problems(_ more: [String: String]) -> [String] {
      let texts = [
        "Sources/A/Low/Queue.swift": "struct Queue {}",
        "Sources/A/High/Deep/Policy.swift": "struct Policy { let queue: Queue }",
        "Sources/B/Other.swift": "let policy: Policy",
      ]
      return layers.problems(in: texts.merging(more) { $1 }.map { SourceFile(path: $0, $1) })
    }
    #expect(problems([:]) == [])
    #expect(problems(["Sources/A/Low/Up.swift": "func by(_ policy: any Policy) {}"]).count == 1)
    #expect(problems(["Sources/A/Low/Up.swift": "// a Policy\nlet text = \"Policy\""]) == [])
    #expect(problems(["Sources/A/New/New.swift": ""]).count == 1)
    #expect(problems(["Sources/A/High/Deep/Policy.swift": "", "Sources/A/Low/Queue.swift": ""]) == [])
    #expect(FolderLayers(target: "Sources/A", below: ["Low": []]).problems(in: []).count == 1)
  }
}
