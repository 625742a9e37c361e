import Foundation

/// The package as it lies on the disk, read with none of the modules that are judged.
enum SourceTree {
  static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: root + "/" + path, encoding: .utf8)
  }

  /// Paths from the root whose name ends so; rising.
  static func paths(under folders: [String], ending: String) -> [String] {
    folders.flatMap { folder in
      (FileManager.default.enumerator(atPath: root + "/" + folder)?.compactMap { $0 as? String } ?? [])
        .filter { $0.hasSuffix(ending) }.map { folder + "/" + $0 }
    }.sorted()
  }

  /// Names of folders in a folder.
  static func folders(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root + "/" + folder).filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(root)/\(folder)/\(name)", isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  static func architecture() throws -> Architecture {
    let files = try paths(under: ["Sources", "Tests"], ending: ".swift").map {
      SourceFile(path: $0, try text($0))
    }
    return Architecture(PackageManifest(try text("Package.swift")), files)
  }
}
