import JSON

/// The params of a request while its words are read: each parameter at most once, arrays and objects growing.
struct ParamsDraft {
  let command: Command
  let parameters: [ValueShape.Property]
  private(set) var params = JSONObject()
  /// Optional secrets that were asked for by their bare flag.
  private var wantedSecrets: [String] = []

  init(_ command: Command) {
    self.command = command
    parameters = command.parameters
  }

  func parameter(_ name: some StringProtocol) -> ValueShape.Property? {
    let key = Spelling.key(name)
    return parameters.first { Spelling.key($0.name) == key }
  }

  func has(_ parameter: ValueShape.Property) -> Bool { params[parameter.name] != nil }

  /// Adds what one word says of a parameter; `label` is how the person wrote its name.
  mutating func add(_ text: String, to parameter: ValueShape.Property, label: String) throws(UsageError) {
    guard !parameter.shape.isSecret else { throw Self.refusedSecret(label) }
    let reader = ValueReader(label: label, shape: parameter.shape)
    if parameter.shape.may(be: .array) {
      let elements = params[parameter.name]?.array ?? []
      params[parameter.name] = .array(elements + (try reader.elements(text)))
    } else if parameter.shape.may(be: .object), !parameter.shape.may(be: .string) {
      var object = params[parameter.name]?.object ?? JSONObject()
      try reader.merge(text, into: &object)
      params[parameter.name] = .object(object)
    } else {
      try set(try reader.scalar(text), of: parameter, label: label)
    }
  }

  mutating func set(_ value: JSONValue, of parameter: ValueShape.Property, label: String) throws(UsageError) {
    try set(value, named: parameter.name, label: label)
  }

  /// Sets a value as it is, for a name that may not be a parameter's.
  mutating func set(_ value: JSONValue, named name: String, label: String) throws(UsageError) {
    guard params[name] == nil else { throw UsageError("\(label) is given twice") }
    params.append(name, value)
  }

  mutating func ask(for parameter: ValueShape.Property) { wantedSecrets.append(parameter.name) }

  static func refusedSecret(_ label: String) -> UsageError {
    UsageError(
      "\(label) is never taken from the command line, where others can read it: leave its value out, and it "
        + "is asked for, or read from standard input, one line")
  }

  /// Says which required parameters are not there yet; secrets are asked for, so they do not count.
  func checkComplete() throws(UsageError) {
    let missing = parameters.filter { $0.isRequired && !$0.shape.isSecret && !has($0) }
    guard !missing.isEmpty else { return }
    let lines = missing.map { "\(Spelling.flag($0.name)) (\($0.shape.description))" }
    throw UsageError("missing: " + lines.joined(separator: ", "))
  }

  /// Asks for the secrets: required ones, and those whose bare flag was given.
  mutating func askSecrets(_ terminal: any Terminal) throws(UsageError) {
    for parameter in parameters where parameter.shape.isSecret && !has(parameter) {
      guard parameter.isRequired || wantedSecrets.contains(parameter.name) else { continue }
      params.append(parameter.name, .string(try Self.secret(parameter.name, terminal)))
    }
  }

  private static func secret(_ name: String, _ terminal: any Terminal) throws(UsageError) -> String {
    let words = String(name.map { $0 == "_" ? " " : $0 })
    let prompt = words.prefix(1).uppercased() + words.dropFirst() + ": "
    let line = terminal.inputIsTerminal ? terminal.readSecret(prompt) : terminal.readLine()
    guard let line else { throw UsageError("\(words) was to be read from standard input, which has ended") }
    return line
  }
}
