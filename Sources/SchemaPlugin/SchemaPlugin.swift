import Glibc
import PackagePlugin

/// A plugin that embeds the files of schemas/ into the target it is applied to.
@main
struct SchemaPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let schemas = context.package.directoryURL.appending(path: "schemas")
    let folders = [schemas, schemas.appending(path: "defs")].filter { access($0.path(), F_OK) == 0 }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedSchemas.swift")
    let files = folders.flatMap { folder in
      Self.names(in: folder.path()).filter { $0.hasSuffix(".json") }.map { folder.appending(path: $0) }
    }
    // The folders are inputs too, so that a file added or removed is noticed.
    return [
      .buildCommand(
        displayName: "Embedding \(files.count) schemas",
        executable: try context.tool(named: "SchemaEmbedder").url,
        arguments: [schemas.path(), output.path()],
        inputFiles: folders + files,
        outputFiles: [output])
    ]
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
        })
    }
    return names.sorted()
  }
}
