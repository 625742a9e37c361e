import JSON
import Logs
import Model
import Services

/// One call of a method, with params that its schema has accepted.
struct Invocation {
  let params: JSONObject
  /// nil only in methods that are open to all.
  var identity: Caller?
  let environment: Environment

  /// Who asks; the dispatcher has let nobody else through.
  var caller: Caller {
    guard let identity else { preconditionFailure("a method open to all asks who is calling") }
    return identity
  }

  func int(_ key: String) -> Int? { params[key]?.int }
  func string(_ key: String) -> String? { params[key]?.string }
  func bool(_ key: String) -> Bool? { params[key]?.bool }
  func double(_ key: String) -> Double? { params[key]?.number?.double }

  /// A parameter that the schema requires.
  func text(_ key: String) -> String { string(key) ?? "" }

  /// An id; one that no row can have, when the parameter is not given.
  func id<Row>(_ key: String) -> Identifier<Row> { Identifier(int(key) ?? 0) }
  func optionalID<Row>(_ key: String) -> Identifier<Row>? { int(key).map(Identifier.init) }
}

/// The process around the methods, as far as they may know it.
struct Environment {
  let dataDirectory: String
  let startedAt: Timestamp
  let processID: Int
  let hasher: PasswordHasher
  let metrics: Metrics
  let leases: LeaseFiles
  let logs: LogFolder
  /// Kept of one attempt's output that another machine's agent sends.
  let logLimitBytes: Int
  /// Random bytes from the system.
  let random: @Sendable (Int) throws -> [UInt8]
}

extension JSONObject {
  /// A quantity that the schema has bounded to three decimals.
  func thousandths(_ key: String) -> Thousandths? { self[key]?.number?.thousandths.map(Thousandths.init) }

  func strings(_ key: String) -> [String] { (self[key]?.array ?? []).compactMap(\.string) }

  func stringPairs(_ key: String) -> [StringPair]? {
    self[key]?.object?.members.map { StringPair(key: $0.key, value: $0.value.string ?? "") }
  }
}
