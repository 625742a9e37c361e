import POSIX
import Testing

/// The folders of Sources/Scheduling are layers: a file names types of its own folder and of those below alone.
struct LayerTests {
  private static let root =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Sources/Scheduling"

  /// What each folder may name besides itself.
  private static let layers: [String: Set<String>] = {
    let base: Set = ["Capacity", "Queue", "Snapshot"]
    let policy = base.union(["Catalog", "Reservations"])
    let policies: Set = ["Orders", "Placements", "Backfill", "Preemption"]
    let strategies = policy.union(policies).union(["Reasons"])
    return [
      "Catalog": [], "Capacity": [], "Queue": ["Catalog", "Capacity"], "Snapshot": ["Capacity", "Queue"],
      "Reservations": base, "Reasons": base.union(["Reservations"]),
      "Orders": ["Catalog", "Capacity", "Queue"],
      "Placements": policy.subtracting(["Reservations"]), "Backfill": policy,
      "Preemption": policy.subtracting(["Reservations"]), "Strategies": strategies,
      "Explanation": strategies.union(["Strategies"]),
    ]
  }()

  private struct File {
    let path: String
    let folder: String
    let words: Set<Substring>
    /// The types it declares at its top.
    let types: [Substring]

    init(_ path: String, in folder: String, _ text: String) {
      self.path = path
      self.folder = folder
      let code = text.split(separator: "\n").map(Self.code)
      words = Set(code.flatMap(Self.words))
      types = code.compactMap(Self.type)
    }

    /// A line without what is said beside it.
    private static func code(_ line: Substring) -> Substring {
      guard let start = line.firstRange(of: "//")?.lowerBound else { return line }
      return line[..<start]
    }

    private static func words(_ line: Substring) -> [Substring] {
      line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    }

    private static func type(_ line: Substring) -> Substring? {
      let kinds: Set<Substring> = ["struct", "enum", "class", "protocol", "typealias"]
      let words = words(line)
      guard line.first != " ", words.first != "private", let kind = words.firstIndex(where: kinds.contains)
      else { return nil }
      return words[kind + 1]
    }
  }

  private static func files(in folder: String, of layer: String) throws -> [File] {
    try Directory("\(root)/\(folder)").names().flatMap { name -> [File] in
      let path = "\(folder)/\(name)"
      guard name.hasSuffix(".swift") else { return try files(in: path, of: layer) }
      let bytes = try FileDescriptor.contents(of: "\(root)/\(path)") ?? []
      return [File(path, in: layer, String(decoding: bytes, as: UTF8.self))]
    }
  }

  @Test func `every folder is a layer, and no file lies beside them`() throws {
    #expect(try Set(Directory(Self.root).names()) == Set(Self.layers.keys))
  }

  @Test func `no layer names what stands above it`() throws {
    let files = try Self.layers.keys.flatMap { try Self.files(in: $0, of: $0) }
    let homes = Dictionary(
      files.flatMap { file in file.types.map { ($0, file.folder) } }, uniquingKeysWith: { first, _ in first })
    #expect(homes["ClusterSnapshot"] == "Snapshot" && homes["ComposedStrategy"] == "Strategies")
    for file in files {
      let below = Self.layers[file.folder, default: []].union([file.folder])
      let above = file.words.filter { word in homes[word].map { !below.contains($0) } ?? false }
      #expect(above.isEmpty, "\(file.path) names \(above.sorted())")
    }
  }
}
