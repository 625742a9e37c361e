import JSON

/// A reason for which a row or an event of the files cannot be what it says.
package enum ModelError: Error, Equatable, CustomStringConvertible {
  case badField(String, in: String)
  case unknownEvent(String)
  /// The event cannot follow the state.
  case impossible(String)

  package var description: String {
    switch self {
    case .badField(let key, let owner): "\(owner) has no valid \"\(key)\""
    case .unknownEvent(let type): "unknown event type \"\(type)\""
    case .impossible(let sentence): sentence
    }
  }
}

/// Typed reading of a stored object. Keys without a value are left out of the files.
struct Fields {
  let object: JSONObject
  let owner: String

  init(_ object: JSONObject, of owner: String) {
    self.object = object
    self.owner = owner
  }

  private func required<T>(_ value: T?, _ key: String) throws(ModelError) -> T {
    guard let value else { throw .badField(key, in: owner) }
    return value
  }

  func int(_ key: String) throws(ModelError) -> Int { try required(object[key]?.int, key) }
  func string(_ key: String) throws(ModelError) -> String { try required(object[key]?.string, key) }
  func value(_ key: String) throws(ModelError) -> JSONValue { try required(object[key], key) }
  func object(_ key: String) throws(ModelError) -> JSONObject { try required(object[key]?.object, key) }
  func fields(_ key: String) throws(ModelError) -> Fields { Fields(try object(key), of: owner) }
  func id<Row>(_ key: String) throws(ModelError) -> Identifier<Row> { Identifier(try int(key)) }
  func bool(_ key: String) -> Bool { object[key]?.bool ?? false }
  func optionalString(_ key: String) -> String? { object[key]?.string }

  // A number that cannot be read is not one that was left out: each would mean something else.

  func optionalInt(_ key: String) throws(ModelError) -> Int? { object[key] == nil ? nil : try int(key) }

  func optionalID<Row>(_ key: String) throws(ModelError) -> Identifier<Row>? {
    try optionalInt(key).map(Identifier.init)
  }

  func optionalDouble(_ key: String) throws(ModelError) -> Double? {
    try object[key].map { value throws(ModelError) in try required(value.number, key).double }
  }

  func thousandths(_ key: String) throws(ModelError) -> Thousandths {
    Thousandths(try required(object[key]?.number?.thousandths, key))
  }

  func optionalThousandths(_ key: String) throws(ModelError) -> Thousandths? {
    object[key] == nil ? nil : try thousandths(key)
  }

  func time(_ key: String) throws(ModelError) -> Timestamp {
    try required(object[key]?.string.flatMap { Timestamp($0) }, key)
  }

  func optionalTime(_ key: String) throws(ModelError) -> Timestamp? {
    object[key] == nil ? nil : try time(key)
  }

  func choice<T: RawRepresentable<String>>(_ key: String) throws(ModelError) -> T {
    try required(object[key]?.string.flatMap { T(rawValue: $0) }, key)
  }

  func optionalChoice<T: RawRepresentable<String>>(_ key: String) throws(ModelError) -> T? {
    object[key] == nil ? nil : try choice(key)
  }

  func resources() throws(ModelError) -> Resources {
    Resources(cpu: try thousandths("cpu"), ram: try thousandths("ram"), gpu: try thousandths("gpu"))
  }

  func strings(_ key: String) throws(ModelError) -> [String] {
    try (object[key]?.array ?? []).map { value throws(ModelError) in try required(value.string, key) }
  }

  func times(_ key: String) throws(ModelError) -> [Timestamp] {
    try (object[key]?.array ?? []).map { value throws(ModelError) in
      try required(value.string.flatMap { Timestamp($0) }, key)
    }
  }

  func ids<Row>(_ key: String) throws(ModelError) -> [Identifier<Row>] {
    try (object[key]?.array ?? []).map { value throws(ModelError) in
      Identifier(try required(value.int, key))
    }
  }

  func stringMap(_ key: String) throws(ModelError) -> [StringPair] {
    try (object[key]?.object?.members ?? []).map { member throws(ModelError) in
      StringPair(key: member.key, value: try required(member.value.string, key))
    }
  }
}

/// A member of a map whose order is the user's.
package struct StringPair: Hashable, Sendable {
  package let key: String
  package let value: String

  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

extension [StringPair] {
  package var json: JSONValue { .object(JSONObject(members: map { .init($0.key, .string($0.value)) })) }
}

extension JSONObject {
  /// Appends the member unless there is no value.
  mutating func append(_ key: String, ifSet value: String?) {
    if let value { append(key, .string(value)) }
  }

  mutating func append(_ key: String, ifSet value: Int?) {
    if let value { append(key, .int(value)) }
  }

  mutating func append(_ key: String, ifTrue value: Bool) {
    if value { append(key, .bool(true)) }
  }

  mutating func append<Row>(_ key: String, _ id: Identifier<Row>) { append(key, .int(id.rawValue)) }
  mutating func append(_ key: String, _ text: String) { append(key, .string(text)) }
  mutating func append(_ key: String, _ time: Timestamp) { append(key, .string(time.text)) }
  mutating func append(_ key: String, _ quantity: Thousandths) { append(key, quantity.json) }

  mutating func append(_ resources: Resources) {
    append("cpu", resources.cpu)
    append("ram", resources.ram)
    append("gpu", resources.gpu)
  }
}

extension Thousandths {
  package var json: JSONValue { .number(JSONNumber(thousandths: value)) }
}
