/// The folders of a target as layers: code names types of its own folder and of those below it alone.
struct FolderLayers {
  let target: String
  /// Each folder, with the folders that it may name.
  let below: [String: Set<String>]

  /// Snapshot, queue and reservations know no policy; policies know those, and not each other; strategies know all.
  static let scheduling: FolderLayers = {
    let state: Set = ["Capacity", "Queue", "Snapshot"]
    let policies: Set = ["Orders", "Placements", "Backfill", "Preemption"]
    let strategies = state.union(policies).union(["Catalog", "Reservations", "Reasons"])
    return FolderLayers(
      target: "Sources/Scheduling",
      below: [
        "Catalog": [], "Capacity": [], "Queue": ["Catalog", "Capacity"], "Snapshot": ["Capacity", "Queue"],
        "Reservations": state, "Reasons": state.union(["Reservations"]),
        "Orders": ["Catalog", "Capacity", "Queue"], "Placements": state.union(["Catalog"]),
        "Preemption": state.union(["Catalog"]), "Backfill": state.union(["Catalog", "Reservations"]),
        "Strategies": strategies, "Explanation": strategies.union(["Strategies"]),
      ])
  }()

  /// A sentence for every type that is named from a folder which may not, for every file in no folder of these, and for
  /// every folder that is not there.
  func problems(in files: [SourceFile]) -> [String] {
    let files = files.filter { $0.path.hasPrefix(target + "/") }
    var homes: [Substring: String] = [:]
    for file in files {
      for type in TypeDeclaration.all(in: file) where type.isTopLevel {
        homes[type.name[...]] = folder(of: file)
      }
    }
    let strangers = files.filter { below[folder(of: $0)] == nil }.map { "\($0.path) is in no layer" }
    let missing = Set(below.keys).subtracting(files.map(folder)).map { "there is no folder \($0)" }
    let upward = files.flatMap { file in
      let known = below[folder(of: file), default: []].union([folder(of: file)])
      return file.words.filter { word in homes[word].map { !known.contains($0) } ?? false }
        .map { "\(file.path) names \($0), which is of \(homes[$0] ?? "")" }
    }
    return (strangers + missing + upward).sorted()
  }

  private func folder(of file: SourceFile) -> String {
    String(file.path.dropFirst(target.count + 1).prefix { $0 != "/" })
  }
}
