import JSON

/// A walk of a value along a program of nodes, which gathers what is wrong.
struct SchemaValidator {
  /// Violations gathered, at most: enough for any person, and a bound for hostile input.
  static let limit = 100

  let nodes: [SchemaNode]
  private(set) var violations: [Violation] = []

  init(nodes: [SchemaNode]) { self.nodes = nodes }

  mutating func report(_ message: @autoclosure () -> String, at pointer: String = "") {
    guard violations.count < Self.limit else { return }
    violations.append(Violation(pointer: pointer, message: message()))
  }

  mutating func check(_ value: JSONValue, _ place: Int) {
    let node = nodes[place]
    guard !node.isNever else { return report("is not allowed") }
    if node.types != .all, !node.types.allows(value) {
      return report("must be \(node.types.phrase), not \(value.noun)")
    }
    if let constants = node.constants, !constants.contains(value) {
      report("must be \(constants.phrase)")
    }
    switch value {
    case .null, .bool: break
    case .number(let number): if let rules = node.number { check(number, rules) }
    case .string(let string): if let rules = node.string { check(string, rules) }
    case .array(let items): if let rules = node.array { check(items, rules) }
    case .object(let object): if let rules = node.object { check(object, rules) }
    }
    for applied in node.applied { check(value, applied) }
  }

  /// Checks what stands at `key` in the value at hand; its violations' pointers get the key in front.
  mutating func check(_ value: JSONValue, _ place: Int, under key: @autoclosure () -> String) {
    let before = violations.count
    check(value, place)
    guard violations.count > before else { return }
    let prefix = "/" + JSONPointer.escaped(key())
    for index in before..<violations.count {
      let violation = violations[index]
      violations[index] = Violation(pointer: prefix + violation.pointer, message: violation.message)
    }
  }

  /// What is wrong with the value by another schema, apart from what was gathered here.
  func violations(of value: JSONValue, by place: Int) -> [Violation] {
    var other = SchemaValidator(nodes: nodes)
    other.check(value, place)
    return other.violations
  }

  private mutating func check(_ value: JSONValue, _ applied: SchemaNode.Applied) {
    switch applied {
    case .all(let places): for place in places { check(value, place) }
    case .any(let places):
      if places.contains(where: { violations(of: value, by: $0).isEmpty }) { return }
      reportBranches(value, places)
    case .one(let places):
      let fitting = places.count { violations(of: value, by: $0).isEmpty }
      if fitting == 0 { reportBranches(value, places) }
      if fitting > 1 { report("must fit only one of the forms allowed, not \(fitting)") }
    case .not(let place):
      let refused = nodes[place]
      if violations(of: value, by: place).isEmpty { report(refused.refusal) }
    }
  }

  /// None of the branches fits. The violations of the one that was meant are told; when none is clearly
  /// meant, what each asks of the value itself.
  private mutating func reportBranches(_ value: JSONValue, _ places: [Int]) {
    let branches = places.map { violations(of: value, by: $0) }
    let meant = branches.filter { branch in !branch.contains { $0.pointer.isEmpty } }
    if meant.count == 1 {
      for violation in meant[0] { report(violation.message, at: violation.pointer) }
      return
    }
    var asked: [String] = []
    for branch in branches {
      guard branch.count == 1, branch[0].pointer.isEmpty, branch[0].message.hasPrefix("must be ") else {
        return report("must fit one of the \(places.count) forms allowed")
      }
      let what = branch[0].message.dropFirst("must be ".count)
      asked.append(String(what.split(separator: ", not ")[0]))
    }
    report("must be \(asked.joined(separator: " or "))")
  }
}

extension TypeSet {
  fileprivate func allows(_ value: JSONValue) -> Bool {
    switch value {
    case .null: contains(.null)
    case .bool: contains(.boolean)
    case .number(let number): contains(.number) || contains(.integer) && number.isInteger
    case .string: contains(.string)
    case .array: contains(.array)
    case .object: contains(.object)
    }
  }

  /// `a string or null`
  fileprivate var phrase: String {
    var left = self
    var nouns: [String] = []
    for (_, noun, types) in Self.named where left.isSuperset(of: types) {
      nouns.append(noun)
      left.subtract(types)
    }
    return nouns.joined(separator: " or ")
  }
}

extension JSONValue {
  fileprivate var noun: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension [JSONValue] {
  fileprivate var phrase: String {
    switch count {
    case 0: "nothing: no value is allowed"
    case 1: self[0].text
    default: "one of \(map(\.text).joined(separator: ", "))"
    }
  }
}

extension SchemaNode {
  /// For `not`.
  fileprivate var refusal: String {
    if let constants { return "must not be \(constants.phrase)" }
    return types == .all ? "is not allowed" : "must not be \(types.phrase)"
  }
}
