import JSON
import Testing

@testable import Schemas

extension Schema {
  func accepts(_ value: JSONValue) -> Bool { violations(in: value).isEmpty }
}

private let create: JSONValue = [
  "type": "object",
  "properties": [
    "name": ["type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._-]*$"],
    "priority": ["type": "integer", "minimum": 0, "maximum": 100],
    "required_cpu": ["type": "number", "minimum": 0, "multipleOf": .number(JSONNumber(thousandths: 1))],
    "nodes": ["type": "array", "items": ["type": "object", "required": ["name"]], "maxItems": 2],
    "scope": ["enum": ["full", "read"]],
    "user_id": ["anyOf": [["type": "integer"], ["type": "null"]]],
  ],
  "required": ["name", "priority"],
  "additionalProperties": false,
]

private func violations(_ text: String) throws -> [String] {
  try Schema(create).violations(in: try JSONParser.parse(text)).map { "\($0.pointer) \($0.message)" }
}

@Test func `what is right is accepted`() throws {
  #expect(try violations(#"{"name":"a","priority":50.0,"required_cpu":0.125,"user_id":null}"#) == [])
}

@Test func `all that is wrong is told at once, each in a sentence`() throws {
  let text = #"""
    {"prioritty":1,"priority":101,"required_cpu":0.0005,"nodes":[{"name":"x"},{},3],"scope":"all","user_id":"7"}
    """#
  #expect(
    try violations(text) == [
      "/prioritty is not known here; did you mean priority?",
      "/priority must be at most 100",
      "/required_cpu must be a multiple of 0.001",
      "/nodes must have at most 2 items, not 3",
      "/nodes/1/name is required",
      "/nodes/2 must be an object, not a number",
      #"/scope must be one of "full", "read""#,
      "/user_id must be an integer or null",
      "/name is required",
    ])
}

@Test func `a wrong type is named with the right one`() throws {
  #expect(try violations("[]") == [" must be an object, not an array"])
  #expect(
    try violations(#"{"name":"","priority":1.5}"#) == [
      "/name must not be empty", "/priority must be an integer, not a number",
    ])
}

@Test func `a name far from all known ones gets no hint`() throws {
  #expect(try violations(#"{"name":"a","priority":1,"zebra":1,"x":1}"#).count { $0.contains("mean") } == 0)
}

@Test func `lengths count code points`() throws {
  let schema = try Schema(["maxLength": 2, "minLength": 2])
  #expect(
    schema.accepts("😀😀") && schema.accepts("éa") && !schema.accepts("😀") && !schema.accepts("e\u{301}a"))
}

@Test func `decimals are compared and divided exactly`() throws {
  let thousandths = try Schema(JSONParser.parse(#"{"multipleOf":0.001}"#))
  for text in ["0.001", "4.35", "1.001", "1e300", "123456789012.345", "0", "-2.5e-2"] {
    #expect(try thousandths.accepts(JSONParser.parse(text)), "\(text)")
  }
  for text in ["0.0001", "1e-4", "123456789012.3456"] {
    #expect(try !thousandths.accepts(JSONParser.parse(text)), "\(text)")
  }
  let large = try Schema(JSONParser.parse(#"{"maximum":9007199254740992,"exclusiveMinimum":0.1}"#))
  #expect(try large.accepts(JSONParser.parse("9007199254740992")))
  #expect(try !large.accepts(JSONParser.parse("9007199254740993")))
  #expect(try !large.accepts(JSONParser.parse("0.10")))
  #expect(try large.accepts(JSONParser.parse("0.1000000000000000001")))
  #expect(try large.accepts(JSONParser.parse("1.0000000000000000000000000")))
  #expect(try !large.accepts(JSONParser.parse("1.0000000000000000000000001")))
}

@Test func `violations are bounded`() throws {
  let members = (0..<10_000).map { JSONObject.Member("unknown\($0)", 1) }
  let schema = try Schema(create)
  #expect(schema.violations(in: .object(JSONObject(members: members))).count == SchemaValidator.limit)
}

@Test func `a property can be added`() throws {
  let schema = try Schema(create).adding(property: "token", schema: ["type": "string"])
  #expect(schema.accepts(["name": "a", "priority": 1, "token": "t"]))
  #expect(!schema.accepts(["name": "a", "priority": 1, "token": 1]))
  #expect(schema.accepts(["name": "a", "priority": 1]))
  let strict = try schema.adding(property: "request_key", schema: ["type": "string"], isRequired: true)
  #expect(strict.violations(in: ["name": "a", "priority": 1]).map(\.pointer) == ["/request_key"])
  #expect(
    strict.orderedProperties.map(\.name) == [
      "name", "priority", "required_cpu", "nodes", "scope", "user_id", "token", "request_key",
    ])
  #expect(strict.orderedProperties.filter(\.isRequired).map(\.name) == ["name", "priority", "request_key"])
}

@Test(arguments: [
  #"{"minimun":1}"#, #"{"properties":{"a":{"requird":[]}}}"#, #"{"type":"text"}"#, #"{"items":[{}]}"#, "3",
  #"{"required":"name"}"#, #"{"minLength":-1}"#, #"{"minLength":1.5}"#, #"{"multipleOf":0}"#,
  #"{"pattern":"("}"#,
  #"{"anyOf":[]}"#, ##"{"$ref":"#/nowhere"}"##, #"{"$ref":"defs/none.json"}"#, ##"{"$ref":"#"}"##,
  #"{"format":"email"}"#,
  ##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}}}"##, #"{"deprecated":"yes"}"#, #"{"enum":1}"#,
  #"{"$id":"x"}"#,
])
func `a schema with a mistake is not compiled`(text: String) throws {
  let json = try JSONParser.parse(text)
  #expect(throws: SchemaError.self) { try Schema(json) }
}

@Test func `the keywords listed are those the compiler knows`() throws {
  let values: [Keyword: JSONValue] = [
    .type: "string", .enum: [1], .const: 1, .properties: [:], .required: [], .additionalProperties: true,
    .patternProperties: [:], .propertyNames: true, .items: true, .contains: true, .uniqueItems: true,
    .pattern: "a", .allOf: [true], .anyOf: [true], .oneOf: [true], .not: false, .ref: "#/$defs/a",
    .defs: ["a": true], .definitions: [:], .format: "date-time", .title: "", .description: "", .default: nil,
    .examples: [], .deprecated: false, .comment: "", .schema: "",
  ]
  for keyword in Keyword.allCases {
    var object: JSONObject = [keyword.rawValue: values[keyword] ?? 1]
    if keyword == .ref { object["$defs"] = ["a": true] }
    _ = try Schema(.object(object))
  }
  let others = [
    "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "if", "then", "else", "prefixItems",
    "additionalItems", "dependencies", "dependentRequired", "dependentSchemas", "minContains", "maxContains",
    "unevaluatedItems", "unevaluatedProperties", "contentEncoding", "contentMediaType", "readOnly",
    "writeOnly",
  ]
  for keyword in others {
    #expect(throws: SchemaError.self) { try Schema(.object([keyword: 1])) }
  }
  _ = try Schema(["x-anything": 1])
}
