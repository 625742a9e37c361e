import API
import JSON
import POSIX
import RPC
import Schemas
import TestSupport
import Testing

/// One truth in two places: the files of schemas/ and the catalog.
struct CatalogTests {
  private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

  @Test func `every method has a schema file, and every schema file a method`() throws {
    let names = try Directory(Self.root + "/schemas").names().filter { $0.hasSuffix(".json") }
    let files = names.map { String($0.dropLast(".json".count)) }
    #expect(files == MethodCatalog.all.map(\.name).sorted())
    #expect(SchemaCatalog.served.methodNames == files)
  }

  @Test func `what is embedded is what stands in the files`() throws {
    for name in SchemaCatalog.embedded.methodNames {
      let bytes = try #require(try FileDescriptor.contents(of: Self.root + "/schemas/\(name).json"))
      #expect(try JSONParser.parse(bytes) == SchemaCatalog.embedded.document(name + ".json"), "\(name)")
    }
  }

  @Test func `every schema compiles, with what the catalog adds to it`() throws {
    try SchemaCatalog.served.compileAll()
    for method in MethodCatalog.all {
      let properties = try Contract.params(of: method).orderedProperties.map(\.name)
      #expect(properties.contains("token"), "\(method.name)")
      #expect(properties.contains("request_key") == method.takesRequestKey, "\(method.name)")
      let errors = try SchemaCatalog.served.method(method.name)?.errors ?? []
      #expect(
        errors.contains(1009) || !method.takesRequestKey, "\(method.name): a key used for another request")
    }
  }

  @Test func `examples keep to their own schemas`() throws {
    for name in SchemaCatalog.served.methodNames {
      let file = try #require(try SchemaCatalog.served.method(name))
      #expect(!file.examples.isEmpty, "\(name)")
      for example in file.examples {
        try MethodContract.checkParams(example.at("params").object ?? [:], of: name)
        try MethodContract.checkResult(example.at("result"), of: name)
      }
    }
  }
}
