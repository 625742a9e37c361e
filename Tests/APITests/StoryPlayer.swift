import JSON
import Schemas
import TestSupport
import Testing

/// A player of steps, each actor on a connection of its own, and compares what comes with what is written.
struct StoryPlayer {
  private let server: ServerProcess
  private var actors: [String: CheckedClient] = [:]
  private var played: Set<String> = []
  /// The token that the story's login was given, where the examples show another.
  private var token: JSONValue = .null

  init(_ server: ServerProcess) { self.server = server }

  mutating func play(_ step: StoryStep) throws {
    let actor = try actors[step.actor] ?? server.connect()
    actors[step.actor] = actor
    guard let name = step.example else {
      try actor.call(step.method, step.params)
      return
    }
    let examples = try SchemaCatalog.served.method(step.method)?.examples ?? []
    let example = try #require(examples.first { $0.at("name") == .string(name) }, "\(step.method): \(name)")
    played.insert("\(step.method): \(name)")
    var params = example.at("params").object ?? [:]
    if params["token"] != nil { params["token"] = token }
    let result = try actor.call(step.method, params)
    if let given = result["access_token"] { token = given }
    let differences = Comparison.differences(example.at("result"), result)
    #expect(differences == [], "\(step.method): \(name)")
  }

  /// The examples that no scene has played.
  func unplayed() -> [String] {
    SchemaCatalog.served.methodNames.flatMap { method -> [String] in
      let examples = (try? SchemaCatalog.served.method(method))??.examples ?? []
      return examples.map { "\(method): \($0.at("name").string ?? "")" }
    }.filter { !played.contains($0) }
  }
}

/// An example beside what really came: where they differ beyond what is another each time.
enum Comparison {
  /// Times, secrets, numbers of the journal, and what is of one process or machine.
  private static let changing: Set = [
    "created_at", "started_at", "starts_at", "finished_at", "expires_at", "time", "access_token", "text",
    "revision",
    "seq",
    "last_seq", "data_directory", "pid", "uptime", "methods",
  ]

  static func differences(_ written: JSONValue, _ real: JSONValue, at path: String = "") -> [String] {
    switch (written, real) {
    case (.object(let left), .object(let right)):
      guard Set(left.keys) == Set(right.keys) else { return ["\(path): keys \(left.keys), \(right.keys)"] }
      return left.members.flatMap { member -> [String] in
        let value = right[member.key] ?? .null
        if isChanging(member.key, member.value, value) { return [] }
        if member.key == "counters" { return differences(names(member.value), names(value), at: path) }
        return differences(member.value, value, at: "\(path)/\(member.key)")
      }
    case (.array(let left), .array(let right)) where left.count == right.count:
      return zip(left, right).enumerated().flatMap { place, pair in
        differences(pair.0, pair.1, at: "\(path)/\(place)")
      }
    default:
      return written == real ? [] : ["\(path): \(written.text) is \(real.text)"]
    }
  }

  private static func names(_ counters: JSONValue) -> JSONValue {
    .array((counters.object?.keys ?? []).map(JSONValue.string))
  }

  private static func isChanging(_ key: String, _ written: JSONValue, _ real: JSONValue) -> Bool {
    if changing.contains(key) { return written.isNull == real.isNull }
    // A code that was generated: 26 characters of base32, another each time.
    guard ["code", "invite_code"].contains(key), let text = written.string, let other = real.string else {
      return false
    }
    return text.utf8.count == 26 && other.utf8.count == 26
  }
}
