import Glibc
import JSON
import TestSupport
import Testing

@testable import Schemas

/// JSON-Schema-Test-Suite, draft 2020-12: every file of a keyword we support.
private let suiteFolder = SharedFiles.suites + "/JSON-Schema-Test-Suite/tests/draft2020-12"

private let files = [
  "additionalProperties", "allOf", "anyOf", "boolean_schema", "const", "contains", "default", "defs", "enum",
  "exclusiveMaximum", "exclusiveMinimum", "format", "infinite-loop-detection", "items", "maxItems",
  "maxLength",
  "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not",
  "oneOf",
  "pattern", "patternProperties", "properties", "propertyNames", "ref", "required", "type", "uniqueItems",
]

/// The rest of the suite, none of it in the subset that draft-07 and 2020-12 share (or that we need).
private let unsupportedFiles: Set = [
  "anchor", "content", "dependentRequired", "dependentSchemas", "dynamicRef", "if-then-else", "maxContains",
  "minContains", "prefixItems", "refRemote", "unevaluatedItems", "unevaluatedProperties", "vocabulary",
]

/// Groups within the supported files that use what the compiler refuses, under the words it refuses them with.
private let refusedGroups: [(reason: String, titles: [String])] = [
  // Of 2019-09 or 2020-12 alone, or with another meaning in draft-07.
  (
    "the keyword dependentSchemas is not known",
    ["additionalProperties: dependentSchemas with additionalProperties"]
  ),
  ("the keyword if is not known", ["contains: contains with false if subschema"]),
  (
    "the keyword prefixItems is not known",
    [
      "items: items and subitems", "items: prefixItems with no additional items allowed",
      "items: items does not look in applicators, valid case",
      "items: prefixItems validation adjusts the starting index for items",
      "items: items with heterogeneous array",
      "ref: relative pointer ref to array", "uniqueItems: uniqueItems with an array of items",
      "uniqueItems: uniqueItems with an array of items and additionalItems=false",
      "uniqueItems: uniqueItems=false with an array of items",
      "uniqueItems: uniqueItems=false with an array of items and additionalItems=false",
    ]
  ),
  (
    "the keyword unevaluatedProperties is not known",
    [
      "not: collect annotations inside a 'not', even if collection is disabled",
      "ref: ref creates new scope when adjacent to keywords",
    ]
  ),
  // Our schemas are files known by their path, never by a URI of their own.
  (
    "the keyword $id is not known",
    [
      "ref: Recursive references between schemas", "ref: refs with relative uris and defs",
      "ref: relative refs with absolute uris and defs",
      "ref: $id must be resolved against nearest parent, not just immediate parent",
      "ref: order of evaluation: $id and $ref", "ref: order of evaluation: $id and $anchor and $ref",
      "ref: order of evaluation: $id and $ref on nested schema",
      "ref: simple URN base URI with $ref via the URN",
      "ref: simple URN base URI with JSON pointer", "ref: URN base URI with NSS",
      "ref: URN base URI with r-component",
      "ref: URN base URI with q-component", "ref: URN base URI with URN and JSON pointer ref",
      "ref: URN base URI with URN and anchor ref", "ref: ref with absolute-path-reference",
      "ref: $id with file URI still resolves pointers - *nix",
      "ref: $id with file URI still resolves pointers - windows",
    ]
  ),
  (
    "there is no file",
    [
      "defs: validate definition against metaschema", "ref: remote ref, containing refs itself",
      "ref: URN ref with nested pointer ref", "ref: ref to if", "ref: ref to then", "ref: ref to else",
    ]
  ),
  // Unicode's tables are not worth their size here.
  (
    "which is not known",
    [
      "pattern: pattern with Unicode property escape requires unicode mode",
      "patternProperties: patternProperties with Unicode property escape",
    ]
  ),
  (
    "the only format known is date-time",
    [
      "email", "idn-email", "regex", "ipv4", "ipv6", "idn-hostname", "hostname", "date", "time",
      "json-pointer",
      "relative-json-pointer", "iri", "iri-reference", "uri", "uri-reference", "uri-template", "uuid",
      "duration",
    ].map { "format: \($0) format" }
  ),
]

@Test(.needs(.suites), arguments: files)
func `the suite of JSON Schema agrees`(file: String) throws {
  let groups = try JSONParser.parse(try contents(of: "\(suiteFolder)/\(file).json")).array ?? []
  #expect(!groups.isEmpty)
  for group in groups {
    let title = "\(file): \(group["description"]?.string ?? "")"
    let json = try #require(group["schema"])
    if let reason = refusedGroups.first(where: { $0.titles.contains(title) })?.reason {
      let error = #expect(throws: SchemaError.self, "\(title)") { try Schema(json) }
      #expect(error.map { "\($0)".contains(reason) } ?? false, "\(title): \(String(describing: error))")
      continue
    }
    let schema: Schema
    do { schema = try Schema(json) } catch {
      Issue.record("\(title): \(error)")
      continue
    }
    for test in group["tests"]?.array ?? [] {
      let value = try #require(test["data"])
      let isValid = schema.accepts(value)
      #expect(isValid == test["valid"]?.bool, "\(title): \(test["description"]?.string ?? "")")
    }
  }
}

@Test(.needs(.suites))
func `no file of the suite is passed over in silence`() throws {
  let names = try fileNames(in: suiteFolder).map { String($0.dropLast(".json".count)) }
  #expect(Set(names) == Set(files).union(unsupportedFiles))
  let titles = try files.flatMap { file in
    (try JSONParser.parse(try contents(of: "\(suiteFolder)/\(file).json")).array ?? []).map {
      "\(file): \($0["description"]?.string ?? "")"
    }
  }
  #expect(refusedGroups.flatMap(\.titles).allSatisfy(titles.contains))
}
