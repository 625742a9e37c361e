import JSON

/// A method as the server's catalog knows it, for the command line to make a command of.
package struct CommandMethod: Sendable {
  package let name: String
  /// The schema's file: description, params, result, errors, examples.
  package let schema: @Sendable () -> JSONObject
  package let needsLogin: Bool

  /// `schema` is asked for when a command needs it, and may be asked again.
  package init(name: String, needsLogin: Bool, schema: @escaping @Sendable () -> JSONObject) {
    self.name = name
    self.needsLogin = needsLogin
    self.schema = schema
  }
}

/// One command: a method called through a server, or a command of the program itself (`serve`).
package struct Command: Sendable {
  package enum Kind: Equatable, Sendable {
    case method(needsLogin: Bool)
    case local
  }

  /// `deployments.list_all`, or `serve`.
  package let name: String
  package let kind: Kind
  private let document: @Sendable () -> JSONObject
  private let definitions: Definitions

  package init(_ method: CommandMethod, _ definitions: Definitions) {
    name = method.name
    kind = .method(needsLogin: method.needsLogin)
    document = method.schema
    self.definitions = definitions
  }

  /// A command of the program itself, with the same kind of schema as a method's.
  package init(local name: String, schema: JSONObject) {
    self.name = name
    kind = .local
    document = { schema }
    definitions = .none
  }

  package var schema: JSONObject { document() }
  package var summary: String { schema["description"]?.string ?? "" }
  package var parameters: [ValueShape.Property] { params.properties }
  package var result: ValueShape { schema["result"].map { definitions.shape(of: $0) } ?? ValueShape() }
  package var errors: [Int] { schema["errors"]?.array?.compactMap(\.int) ?? [] }
  package var exampleParams: JSONObject? { schema["examples"]?.array?.first?["params"]?.object }

  private var params: ValueShape { schema["params"].map { definitions.shape(of: $0) } ?? ValueShape() }

  /// What stands before the first dot; nil for a local command.
  package var noun: String? {
    name.firstIndex(of: ".").map { String(name[..<$0]) }
  }

  /// A JSON Pointer into params as the flag it came from: `/required_cpu` is `--required-cpu`.
  package func flag(at pointer: String) -> String {
    let parts = pointer.split(separator: "/").map(String.init)
    guard let first = parts.first, parameters.contains(where: { $0.name == first }) else {
      return pointer.isEmpty ? "params" : pointer
    }
    return ([Spelling.flag(first)] + parts.dropFirst()).joined(separator: " ")
  }

  package var verb: String {
    name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
  }

  /// As a person types it: `deployments list`, `auth change-password`, `serve`.
  package var spelled: String {
    guard let noun else { return Spelling.typed(name) }
    return Spelling.typed(noun) + " " + spelledVerb
  }

  package var spelledVerb: String { verb == "list_all" ? "list" : Spelling.typed(verb) }

  /// The parameters that bare words fill, in order: what is required, can be said in a word, and is no secret.
  package var positional: [ValueShape.Property] {
    parameters.filter { $0.isRequired && $0.shape.isWord && !$0.shape.isSecret }
  }

  /// The array of texts that the words behind `--` fill; nil when there is none, or more than one.
  package var trailing: ValueShape.Property? {
    let lists = parameters.filter {
      $0.shape.may(be: .array) && $0.shape.items.first?.may(be: .string) ?? false
    }
    return lists.count == 1 ? lists[0] : nil
  }
}
