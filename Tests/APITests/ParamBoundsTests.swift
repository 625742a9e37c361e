import API
import JSON
import Schemas
import Testing

/// The bounds of all numbers in params: what a schema admits is what its method reads, and never counts as not given.
struct ParamBoundsTests {
  /// The largest integer that doubles, and so JavaScript, tell from its neighbours.
  private static let largest = 9_007_199_254_740_991

  @Test(arguments: MethodCatalog.all.map(\.name))
  func `every number of a method's params has bounds that its reader can hold`(name: String) throws {
    let method = try #require(MethodCatalog.named(name))
    for problem in try problems(of: Contract.params(of: method).json, at: "") {
      Issue.record("\(name): \(problem)")
    }
  }

  private func problems(of schema: JSONValue, at place: String) throws -> [String] {
    if let items = schema.array {
      return try items.enumerated().flatMap { try problems(of: $0.element, at: "\(place)/\($0.offset)") }
    }
    guard let members = schema.object?.members else { return [] }
    var found: [String] = []
    let types = schema["type"]?.string.map { [$0] } ?? schema["type"]?.array?.compactMap(\.string) ?? []
    if types.contains("integer") {
      let bounds = [schema["minimum"]?.int, schema["maximum"]?.int].compactMap(\.self)
      if bounds.count != 2 || bounds.contains(where: { $0.magnitude > Self.largest }) {
        found.append("\(place) is an integer of any size")
      }
    } else if types.contains("number") {
      // What is not in thousandths is read as a double: seconds to wait, whose fraction does not count.
      let isExact = schema["multipleOf"]?.number?.thousandths == 1 || place.hasSuffix("/wait_seconds")
      if schema["maximum"]?.number?.thousandths == nil || !isExact {
        found.append("\(place) is a number of any size")
      }
    }
    if let path = schema["$ref"]?.string {
      let file = path.split(separator: "/").last ?? ""
      let document = try #require(try SchemaCatalog.served.document("defs/\(file)"), "\(path)")
      found += try problems(of: document, at: place)
    }
    for member in members { found += try problems(of: member.value, at: "\(place)/\(member.key)") }
    return found
  }
}
