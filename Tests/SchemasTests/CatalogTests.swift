import JSON
import Testing

@testable import Schemas

private let catalog = SchemaCatalog([
  (
    "things.create.json",
    ##"""
    {"description":"Makes a thing.",
     "params":{"type":"object","required":["name"],"additionalProperties":false,"properties":{
       "name":{"$ref":"defs/name.json","description":"What to call it."},"size":{"type":"integer"},
       "parent":{"$ref":"#/x-parent"}}},
     "result":{"type":"object","properties":{"thing":{"$ref":"defs/thing.json"}}},
     "errors":[1009],"examples":[{"params":{"name":"a"}}],"x-parent":{"type":["integer","null"]}}
    """##
  ),
  ("defs/name.json", #"{"type":"string","pattern":"^[a-z]+$","x-pattern-message":"be small letters"}"#),
  (
    "defs/thing.json",
    #"{"type":"object","properties":{"name":{"$ref":"name.json"},"part":{"$ref":"thing.json"}}}"#
  ),
  ("broken.json", #"{"description":"","params":{"typo":1},"result":{},"errors":[],"examples":[]}"#),
])

@Test func `a method's schema is found by its name`() throws {
  let method = try #require(try catalog.method("things.create"))
  #expect(method.description == "Makes a thing.")
  #expect(method.errors == [1009])
  #expect(method.examples == [["params": ["name": "a"]]])
  #expect(method.params.accepts(["name": "a", "parent": nil]))
  #expect(
    method.params.violations(in: ["name": "A"]) == [
      Violation(pointer: "/name", message: "must be small letters")
    ])
  #expect(
    method.result.violations(in: ["thing": ["part": ["name": 1]]]).map(\.pointer) == ["/thing/part/name"])
  #expect(catalog.methodNames == ["broken", "things.create"])
  #expect(try catalog.method("things.destroy") == nil)
  #expect(try catalog.method("defs/name") == nil)
}

@Test func `properties come in the order of the file, references followed`() throws {
  let properties = try #require(try catalog.method("things.create")).params.orderedProperties
  #expect(properties.map(\.name) == ["name", "size", "parent"])
  #expect(properties.map(\.isRequired) == [true, false, false])
  #expect(properties[0].json["description"] == "What to call it.")
  #expect(properties[0].json["type"] == "string" && properties[0].json["$ref"] == nil)
  #expect(properties[2].json == ["type": ["integer", "null"]])
}

@Test func `a mistake is told with its file and place`() {
  let error = #expect(throws: SchemaError.self) { try catalog.compileAll() }
  #expect(error?.description == "broken.json#/params: the keyword typo is not known")
}

@Test func `every schema of this build compiles`() throws {
  try SchemaCatalog.embedded.compileAll()
}
