/// The table of targets and arrows in a page: rows `| API → JSON, RPC | what it is |` between `<!-- map -->` and
/// `<!-- /map -->`.
struct PrintedMap {
  private(set) var arrows: [String: Set<String>] = [:]

  /// Nil when the page has none.
  init?(_ page: String) {
    guard let start = page.firstRange(of: "<!-- map -->"),
      let end = page[start.upperBound...].firstRange(of: "<!-- /map -->")
    else { return nil }
    for line in page[start.upperBound..<end.lowerBound].split(separator: "\n").dropFirst(2) {
      guard let cell = line.split(separator: "|").first else { continue }
      let parts = cell.split(separator: "→")
      guard let name = parts.first.map(Self.trimmed) else { continue }
      let imported = parts.count > 1 ? parts[1].split(separator: ",").map(Self.trimmed) : []
      arrows[name] = Set(imported)
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " || $0 == "`" }.reversed().drop { $0 == " " || $0 == "`" }.reversed())
  }

  /// Where it is not what the manifest declares of the targets in `Sources`.
  func differences(from manifest: PackageManifest) -> [String] {
    let declared = manifest.targets.filter { $0.path.hasPrefix("Sources/") }
    let missing = declared.filter { arrows[$0.name] == nil }.map { "\($0.name) is not on the map" }
    let strays = Set(arrows.keys).subtracting(declared.map(\.name)).map {
      "\($0) is on the map and no target"
    }
    let wrong = declared.filter { arrows[$0.name, default: $0.dependencies] != $0.dependencies }.map {
      "\($0.name) → \($0.dependencies.sorted().joined(separator: ", ")) is what Package.swift declares"
    }
    return (missing + strays + wrong).sorted()
  }
}
