import Testing

/// The map, enforced: what stands in the tree keeps to what `Package.swift` declares and README.md prints.
@Suite struct ArchitectureTests {
  private let tree: Architecture

  init() throws { tree = try SourceTree.architecture() }

  @Test func `every internal import is declared`() { #expect(tree.undeclaredImports() == []) }

  @Test func `every declared dependency is imported`() { #expect(tree.unusedDependencies() == []) }

  @Test func `each page that prints the map prints the one that is declared`() throws {
    let pages = ["README.md"] + SourceTree.paths(under: ["Sources", ".github"], ending: ".md")
    let maps = try pages.compactMap { page in
      PrintedMap(try SourceTree.text(page)).map { (page, $0.differences(from: tree.manifest)) }
    }
    #expect(maps.contains { $0.0 == "README.md" }, "README.md has no map")
    for (page, differences) in maps { #expect(differences == [], "\(page)") }
  }

  @Test func `POSIX is the only door to the system`() { #expect(tree.systemImports() == []) }

  @Test func `no name stands for two types in two targets`() { #expect(tree.namesInTwoTargets() == []) }

  @Test func `a type's comment begins with a noun`() { #expect(tree.commentsWithoutNoun() == []) }

  @Test func `in Scheduling no layer names a type of one above it`() {
    #expect(FolderLayers.scheduling.problems(in: tree.files) == [])
  }

  @Test func `no file is long, and each is a target's`() {
    #expect(tree.longFiles() == [])
    #expect(tree.filesOfNoTarget() == [])
  }

  @Test func `the manifest was read whole`() throws {
    let folders = try ["Sources", "Tests"].flatMap { root in
      try SourceTree.folders(in: root).map { root + "/" + $0 }
    }
    #expect(Set(folders) == Set(tree.manifest.targets.map(\.path)).union(["Sources/SchemaPlugin"]))
    #expect(tree.files.count > 700)
  }
}
