import JSON

/// What each keyword does to a node.
extension SchemaDraft {
  mutating func apply(_ keyword: Keyword, _ value: KeywordValue, _ compiler: inout SchemaCompiler)
    throws(SchemaError)
  {
    switch keyword {
    case .type: types = try value.types()
    case .enum: restrict(to: try value.array())
    case .const: restrict(to: [value.json])
    case .minimum: number.minimum = try value.bound()
    case .maximum: number.maximum = try value.bound()
    case .exclusiveMinimum: number.exclusiveMinimum = try value.bound()
    case .exclusiveMaximum: number.exclusiveMaximum = try value.bound()
    case .multipleOf: number.multipleOf = try divisor(value)
    case .minLength: string.minLength = try value.count()
    case .maxLength: string.maxLength = try value.count()
    case .pattern: string.pattern = try value.pattern(try value.string())
    case .minItems: array.minItems = try value.count()
    case .maxItems: array.maxItems = try value.count()
    case .uniqueItems: array.uniqueItems = try value.bool()
    case .items: array.items = try value.node(&compiler)
    case .contains: array.contains = try value.node(&compiler)
    case .properties: object.properties = try value.members(&compiler)
    case .required: object.required = try value.strings()
    case .patternProperties: object.patterns = try patterns(value, &compiler)
    case .additionalProperties: object.additional = try value.node(&compiler)
    case .propertyNames: object.names = try value.node(&compiler)
    case .minProperties: object.minProperties = try value.count()
    case .maxProperties: object.maxProperties = try value.count()
    case .allOf: applied.append(.all(try value.nodes(&compiler)))
    case .anyOf: applied.append(.any(try value.nodes(&compiler)))
    case .oneOf: applied.append(.one(try value.nodes(&compiler)))
    case .not: applied.append(.not(try value.node(&compiler)))
    case .ref: applied.append(.all([try compiler.reference(try value.string(), value.location)]))
    case .defs, .definitions: _ = try value.members(&compiler)
    case .format: try annotation(value)
    case .title, .description, .comment, .schema: _ = try value.string()
    case .deprecated: _ = try value.bool()
    case .examples: _ = try value.array()
    case .default: break
    }
  }

  private mutating func restrict(to values: [JSONValue]) {
    constants = constants.map { $0.filter(values.contains) } ?? values
  }

  private func divisor(_ value: KeywordValue) throws(SchemaError) -> NumberRules.Bound {
    let unit = try value.bound()
    guard unit.decimal.significand > 0 else { throw value.error("must be above 0") }
    return unit
  }

  private func patterns(_ value: KeywordValue, _ compiler: inout SchemaCompiler) throws(SchemaError)
    -> [(pattern: Pattern, node: Int)]
  {
    var patterns: [(pattern: Pattern, node: Int)] = []
    for member in try value.members(&compiler) {
      patterns.append((try value.pattern(member.name), member.node))
    }
    return patterns
  }

  private func annotation(_ value: KeywordValue) throws(SchemaError) {
    guard try value.string() == "date-time" else { throw value.error("the only format known is date-time") }
  }
}
