import Glibc

// SchemaEmbedder SCHEMAS OUTPUT: writes a Swift file with the text of every .json file of SCHEMAS and
// SCHEMAS/defs as a raw string literal, which costs the compiler nothing to check.

func fail(_ what: String, exitCode: Int32 = 1) -> Never {
  let line = Array("error: SchemaEmbedder: \(what)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
  exit(exitCode)
}

func failedCall(on path: String) -> Never { fail("\(path): \(String(cString: strerror(errno)))") }

/// The .json files of a folder, sorted; none when the folder is not there.
func names(in folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
    }
    if name.hasSuffix(".json") { names.append(name) }
  }
  return names.sorted()
}

func contents(of path: String) -> String {
  guard let file = fopen(path, "r") else { failedCall(on: path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  let blockSize = 65_536
  var block = [UInt8](repeating: 0, count: blockSize)
  while true {
    let count = fread(&block, 1, blockSize, file)
    if count == 0 { break }
    bytes += block[..<count]
  }
  guard ferror(file) == 0 else { failedCall(on: path) }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    fail("\(path) is not UTF-8")
  }
  return text
}

/// Delimiters with one # more than any run of them in the text, so that nothing in it can end the literal.
func literal(_ text: String) -> String {
  var longest = 0
  var run = 0
  for byte in text.utf8 {
    run = byte == UInt8(ascii: "#") ? run + 1 : 0
    longest = max(longest, run)
  }
  let hashes = String(repeating: "#", count: longest + 1)
  return "\(hashes)\"\"\"\n\(text)\n\"\"\"\(hashes)"
}

guard CommandLine.arguments.count == 3 else {
  fail("usage: SchemaEmbedder SCHEMAS OUTPUT", exitCode: 2)
}
let schemas = CommandLine.arguments[1]
var source = "enum EmbeddedSchemas {\n  static let files: [(path: String, text: String)] = [\n"
for folder in ["", "defs/"] {
  for name in names(in: "\(schemas)/\(folder)") {
    source += "(path: \"\(folder)\(name)\", text: \(literal(contents(of: "\(schemas)/\(folder)\(name)")))),\n"
  }
}
source += "  ]\n}\n"

guard let output = fopen(CommandLine.arguments[2], "w") else { failedCall(on: CommandLine.arguments[2]) }
let isWritten = fputs(source, output) >= 0
guard fclose(output) == 0, isWritten else { failedCall(on: CommandLine.arguments[2]) }
