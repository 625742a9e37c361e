import JSON
import Model
import POSIX
import Services

/// A method of the protocol: its name, who may call it, and what it does.
///
/// There is one of each, in `MethodCatalog`: a call holds a reference to it, and tables go by it.
package final class Method: Sendable {
  package let name: String
  /// The least scope that may call it; nil: open to all, without a token.
  package let scope: Scope?
  /// Whether tokens of scope `agent` may call it though they have not the scope above.
  let isForAgents: Bool
  /// Whether it is open to all and shows more to who has logged in: then a call has an identity, if it has one.
  let isForCallers: Bool
  let body: Body
  /// What is guessed at here, by whose name: after too many failures under it, the method waits. nil: nothing.
  let guessed: (@Sendable (Invocation) -> String)?

  init(
    name: String, scope: Scope?, body: Body, isForAgents: Bool = false, isForCallers: Bool = false,
    guessed: (@Sendable (Invocation) -> String)? = nil
  ) {
    self.name = name
    self.scope = scope
    self.isForAgents = isForAgents
    self.isForCallers = isForCallers
    self.body = body
    self.guessed = guessed
  }

  /// The work of a method, by what it needs to do it.
  enum Body: Sendable {
    /// Needs nothing of the state.
    case plain(@Sendable (Invocation) throws -> JSONObject)
    case read(@Sendable (Invocation, borrowing Work) throws -> Answer)
    /// Looks through many rows, in slices.
    case scan(@Sendable (Invocation, borrowing Work) throws -> any Scan)
    /// Changes an object and is shown as the object stands after planning. Takes `request_key`.
    case change(Change, show: Show)
    /// Changes something that is not asked for twice (auth, tokens, invites).
    case write(@Sendable (Invocation, inout Work) throws -> Answer)
    /// Takes what is reported, which may be nothing new, and answers what follows from it, now or later.
    case report(Take, answer: @Sendable (Invocation, borrowing Work) throws -> Answer)
    /// Needs password hashing between looking and writing.
    case hash(@Sendable (Invocation, borrowing Work) throws -> Hashing)
    /// Takes long: answered on another thread, of the state as it stands when the turn is over.
    case aside(Aside)
  }

  typealias Change = @Sendable (Invocation, inout Work) throws -> Changed
  typealias Take = @Sendable (Invocation, inout Work) throws -> Taken
  typealias Aside = @Sendable (Question, borrowing Work) throws -> JSONObject
  typealias Show = @Sendable (_ objectID: Int, Invocation, borrowing Work) throws -> JSONObject

  /// Whether it may record something itself; what hashes first writes when it goes on.
  var writes: Bool {
    switch body {
    case .plain, .read, .scan, .hash, .aside: false
    case .write, .change, .report: true
    }
  }

  var isPlain: Bool {
    switch body {
    case .plain: true
    case .read, .scan, .change, .write, .report, .hash, .aside: false
    }
  }

  package var takesRequestKey: Bool {
    switch body {
    case .change: true
    case .plain, .read, .scan, .write, .report, .hash, .aside: false
    }
  }
}

/// The part of a report that was taken.
enum Taken {
  case whole
  /// What it has recorded must be on disk before the rest of it is taken: the call is run again then.
  case onceDurable
}

/// The outcome of a change: which object it was done to.
struct Changed {
  let objectID: Int
  /// The answer, when the object is gone now and cannot be shown.
  let result: JSONObject?

  init(_ objectID: Int, result: JSONObject? = nil) {
    self.objectID = objectID
    self.result = result
  }

  init<Row>(_ id: Identifier<Row>, result: JSONObject? = nil) { self.init(id.rawValue, result: result) }
}

/// A result, and what the call means to the connection that it came on.
struct Answer {
  let result: JSONObject
  var effect: ConnectionEffect?

  init(_ result: JSONObject, _ effect: ConnectionEffect? = nil) {
    self.result = result
    self.effect = effect
  }
}

enum ConnectionEffect {
  /// Further requests on the connection are this session's.
  case bind(SessionID)
  case unbind
  /// The answer is given when that has come about, or after so many seconds.
  case wait(Awaited, seconds: Double)
  case subscribe(EventFilter, after: Int)
  case unsubscribe
  /// Output is sent as it is written, and the answer given after its end.
  case follow(LogRequest, LogProgress, from: Int)
}

/// A question that is answered off the event loop.
struct Question: Sendable {
  let params: JSONObject
  let caller: Caller

  /// How long one may be thought about, in nanoseconds; what was not looked at by then, the answer says.
  private static let patience: UInt64 = 2_000_000_000
  private let deadline = UInt64(SystemClock.monotonicNanoseconds()) + Question.patience

  init(_ invocation: Invocation) {
    params = invocation.params
    caller = invocation.caller
  }

  /// Whether there is time to look further.
  var isInTime: Bool { UInt64(SystemClock.monotonicNanoseconds()) < deadline }
}

/// Hashing to be done off the event loop, and what follows it.
struct Hashing: Sendable {
  let work: @Sendable () throws -> HashResult
  let then: @Sendable (HashResult, Invocation, inout Work) throws -> Answer
}

struct HashResult: Sendable {
  var isVerified = false
  /// The hash that was made, if one was.
  var hash: String?
}

extension Method {
  static func reading(
    _ name: String, scope: Scope? = .read,
    _ body: @escaping @Sendable (Invocation, borrowing Work) throws -> JSONObject
  ) -> Method {
    Method(name: name, scope: scope, body: .read { Answer(try body($0, $1)) })
  }

  static func scanning(
    _ name: String, scope: Scope = .read,
    _ body: @escaping @Sendable (Invocation, borrowing Work) throws -> any Scan
  ) -> Method {
    Method(name: name, scope: scope, body: .scan(body))
  }

  static func aside(_ name: String, scope: Scope = .read, _ body: @escaping Aside) -> Method {
    Method(name: name, scope: scope, body: .aside(body))
  }

  /// Open to all.
  static func plain(_ name: String, _ body: @escaping @Sendable (Invocation) throws -> JSONObject) -> Method {
    Method(name: name, scope: nil, body: .plain(body))
  }

  /// Open to all, with more for those who have logged in.
  static func readingForAll(
    _ name: String, _ body: @escaping @Sendable (Invocation, borrowing Work) throws -> JSONObject
  ) -> Method {
    Method(name: name, scope: nil, body: .read { Answer(try body($0, $1)) }, isForCallers: true)
  }

  static func changing(
    _ name: String, scope: Scope = .full,
    _ change: @escaping Change, show: @escaping Show
  ) -> Method {
    Method(name: name, scope: scope, body: .change(change, show: show))
  }

  func guessing(_ name: @escaping @Sendable (Invocation) -> String) -> Method {
    Method(name: self.name, scope: scope, body: body, isForAgents: isForAgents, guessed: name)
  }

  func forAgents() -> Method {
    Method(name: name, scope: scope, body: body, isForAgents: true, guessed: guessed)
  }

  func isAllowed(for scope: Scope, needing needed: Scope) -> Bool {
    scope.allows(needed) || (isForAgents && scope == .agent)
  }

  static func writing(
    _ name: String, scope: Scope? = .full,
    _ body: @escaping @Sendable (Invocation, inout Work) throws -> Answer
  ) -> Method {
    Method(name: name, scope: scope, body: .write(body))
  }
}

extension Scope {
  /// Whether a token of this scope may call what needs `needed`.
  func allows(_ needed: Scope) -> Bool {
    switch (self, needed) {
    case (.full, _), (_, .read), (.deploy, .deploy), (.agent, .agent): true
    case (.deploy, _), (.agent, _), (.read, _): false
    }
  }
}
