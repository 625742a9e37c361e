import API
import JSON
import POSIX
import RPC
import Schemas
import TestSupport
import Testing

/// One truth in three places: the files of schemas/, the catalog, and what the README says.
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
      #expect(properties.contains("token") == (method.scope != nil || method.name == "auth.use_token"))
      #expect(properties.contains("request_key") == method.takesRequestKey, "\(method.name)")
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

  @Test func `the methods that the README lists are those there are`() throws {
    let bytes = try FileDescriptor.contents(of: Self.root + "/README.md") ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let start = lines.firstIndex(of: "<!-- methods -->") else {
      print("skipped: README.md has no <!-- methods --> block")
      return
    }
    let end = try #require(lines[start...].firstIndex(of: "<!-- /methods -->"))
    let named = Set(
      lines[start..<end].flatMap { line in
        line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      })
    let unnamed = MethodCatalog.all.map(\.name).filter { !named.contains($0) }
    #expect(unnamed == [], "not in the README's table")
    let nouns = Set(MethodCatalog.all.map { $0.name.prefix { $0 != "." } })
    let strays = named.filter { name in
      nouns.contains(name.prefix { $0 != "." }) && name.contains(".") && MethodCatalog.named(name) == nil
    }
    #expect(strays == [], "in the README's table, and no methods")
  }
}
