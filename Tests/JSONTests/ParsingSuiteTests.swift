import Glibc
import JSON
import TestSupport
import Testing

/// JSONTestSuite (N. Seriot, "Parsing JSON is a Minefield"), beside the package.
private let folder = SharedFiles.suites + "/JSONTestSuite/test_parsing"

/// Refused by decision: RFC 8259 says that names SHOULD be unique, and two readers of one request must not
/// see two different ones.
private let duplicateKeys: Set = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]

@Test(.needs(.suites))
func `every text of JSONTestSuite is accepted or refused as its name says`() throws {
  let names = try fileNames()
  #expect(names.count { $0.hasPrefix("y_") } > 90 && names.count { $0.hasPrefix("n_") } > 180)
  for name in names {
    let bytes = try contents("\(folder)/\(name)")
    let value = try? JSONParser.parse(bytes)
    switch name.prefix(2) {
    case "y_": #expect((value != nil) != duplicateKeys.contains(name), "\(name)")
    case "n_": #expect(value == nil, "\(name)")
    case "i_": break
    default: Issue.record("a new kind of test: \(name)")
    }
    // Whatever is accepted is written as JSON that says the same.
    if let value { #expect(try JSONParser.parse(value.bytes) == value, "\(name)") }
  }
}

@Test(.needs(.suites))
func `what the suite leaves open is refused where it is not UTF-8, too deep or half a surrogate pair`() throws
{
  let accepted = try fileNames().filter { name in
    guard name.hasPrefix("i_") else { return false }
    return (try? JSONParser.parse(contents("\(folder)/\(name)"))) != nil
  }
  // Numbers beyond any double are texts like others here.
  #expect(accepted.allSatisfy { $0.hasPrefix("i_number_") }, "\(accepted)")
}

private func fileNames() throws -> [String] {
  let stream = try #require(opendir(folder))
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

private func contents(_ path: String) throws -> [UInt8] {
  let file = try #require(fopen(path, "r"))
  defer { fclose(file) }
  var room = [UInt8](repeating: 0, count: 1 << 20)
  let size = room.count
  return Array(room[..<fread(&room, 1, size, file)])
}
