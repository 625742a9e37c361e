import JSON
import Model
import POSIX
import RPC
import Services
import Storage

/// The way of one call: schema, caller, scope, method; then what follows from it.
struct Dispatcher {
  let contract: Contract
  let environment: Environment
  /// Monotonic nanoseconds of the turn.
  let now: UInt64

  /// The outcome of a call that was not refused.
  enum Outcome {
    case answer(Answer, Invocation)
    case hashing(Hashing, Invocation)
    /// To be run again once what it recorded is durable.
    case again
    case aside(Method.Aside, Invocation)
    case scan(any Scan, Invocation)
  }

  func run(
    _ method: Method, _ params: Params, session: SessionID?, _ work: inout Work, limiter: inout RateLimiter
  ) throws -> Outcome {
    let params = try contract.accept(params, for: method)
    let invocation = try invocation(method, params, session, work, limiter)
    switch method.body {
    case .plain(let body): return .answer(Answer(try body(invocation)), invocation)
    case .read(let body): return .answer(try body(invocation, work), invocation)
    case .write(let body):
      let answer = try body(invocation, &work)
      return .answer(answer, invocation)
    case .report(let take, let answer):
      let taken = try take(invocation, &work)
      try Planning.settle(&work)
      switch taken {
      case .whole: return .answer(try answer(invocation, work), invocation)
      case .onceDurable: return .again
      }
    case .scan(let body): return .scan(try body(invocation, work), invocation)
    case .aside(let body): return .aside(body, invocation)
    case .hash(let body): return .hashing(try body(invocation, work), invocation)
    case .change(let change, let show):
      let result = try guarded(method, invocation, &limiter) {
        try keyed(method, invocation, &work, change, show)
      }
      return .answer(Answer(result), invocation)
    }
  }

  /// Runs a call that needs nothing of the state; nil for any other.
  func plain(_ method: Method, _ params: Params) throws -> JSONObject? {
    guard case .plain(let body) = method.body else { return nil }
    let params = try contract.accept(params, for: method)
    return try body(Invocation(params: params, identity: nil, environment: environment))
  }

  /// Counts a guess that missed; what is guessed at by hashing is counted when that is done.
  private func guarded(
    _ method: Method, _ call: Invocation, _ limiter: inout RateLimiter, _ body: () throws -> JSONObject
  ) throws -> JSONObject {
    guard let name = method.guessed?(call) else { return try body() }
    do {
      let result = try body()
      limiter.succeeded(name)
      return result
    } catch ServiceError.notFound(let sentence, let details) {
      limiter.failed(name, now: now)
      throw ServiceError.notFound(sentence, details)
    }
  }

  private func invocation(
    _ method: Method, _ params: JSONObject, _ session: SessionID?, _ work: borrowing Work,
    _ limiter: RateLimiter
  ) throws(ServiceError) -> Invocation {
    guard let needed = method.scope else {
      let identity = method.isForCallers ? try? caller(params, session, work) : nil
      let invocation = Invocation(params: params, identity: identity, environment: environment)
      if let name = method.guessed?(invocation) { try limiter.check(name, now: now) }
      return invocation
    }
    let caller = try caller(params, session, work)
    guard method.isAllowed(for: caller.session.scope, needing: needed) else {
      let wanted = needed == .full ? "full" : "\(needed.rawValue) or full"
      throw .forbidden("The token's scope is \(caller.session.scope.rawValue); this needs \(wanted).")
    }
    let invocation = Invocation(params: params, identity: caller, environment: environment)
    if let name = method.guessed?(invocation) { try limiter.check(name, now: now) }
    return invocation
  }

  private func caller(_ params: JSONObject, _ session: SessionID?, _ work: borrowing Work)
    throws(ServiceError) -> Caller
  {
    if let token = params["token"]?.string { return try Sessions.caller(token: token, work) }
    guard let session else {
      throw .unauthenticated("No token: log in with auth.login, or give one as \"token\".")
    }
    return try Sessions.caller(session, work)
  }

  /// Acts once under a request key, and shows the object as it is now.
  private func keyed(
    _ method: Method, _ call: Invocation, _ work: inout Work, _ change: Method.Change, _ show: Method.Show
  ) throws -> JSONObject {
    let key = call.string("request_key")
    let hash = key == nil ? "" : Self.hash(call.params)
    if let key, let earlier = Self.earlier(key, call.caller, work) {
      guard earlier.method == method.name, earlier.paramsHash == hash else {
        throw ServiceError.conflict(
          "This request_key was used for another request: use a new one.",
          ["request_key": .string(key), "method": .string(earlier.method)])
      }
      return try earlier.result ?? show(earlier.objectID, call, work)
    }
    let changed = try change(call, &work)
    if let key {
      let request = KeyedRequest(
        id: RequestID(work.fold.state.requests.nextID), userID: call.caller.user.id, key: key,
        method: method.name, paramsHash: hash, objectID: changed.objectID, result: changed.result,
        at: work.now)
      try work.record(.requestAnswered(request))
    }
    try Planning.settle(&work)
    return try changed.result ?? show(changed.objectID, call, work)
  }

  private static func earlier(_ key: String, _ caller: Caller, _ work: borrowing Work) -> KeyedRequest? {
    let state = work.fold.state
    guard let id = state.requestIDs[KeyedRequest.Name(userID: caller.user.id, key: key)],
      let request = state.requests[id], work.now < request.at + KeyedRequest.lifetimeSeconds
    else { return nil }
    return request
  }

  /// Of the params as they mean something: without who asks and under which key, whatever their order.
  private static func hash(_ params: JSONObject) -> String {
    let kept = params.members.filter { $0.key != "token" && $0.key != "request_key" }.sorted {
      $0.key < $1.key
    }
    return SHA256.hexadecimal(JSONValue.object(JSONObject(members: kept)).bytes)
  }

  /// Goes on after hashing. Who asked is looked up again: a token may have been revoked meanwhile.
  func resume(_ call: HashedCall, _ result: HashResult, _ work: inout Work) throws -> Answer {
    var invocation = call.invocation
    if let identity = invocation.identity {
      invocation.identity = try Sessions.caller(identity.session.id, work)
    }
    return try call.hashing.then(result, invocation, &work)
  }

  /// The answer of a waiting call, whose time or event has come.
  func answerNow(_ call: WaitingCall, _ work: borrowing Work) throws -> Answer {
    var invocation = call.invocation
    invocation.identity = try Sessions.caller(invocation.caller.session.id, work)
    switch call.method.body {
    case .read(let body), .report(_, answer: let body): return try body(invocation, work)
    case .plain, .scan, .write, .change, .hash, .aside:
      preconditionFailure("\(call.method.name) waits for nothing")
    }
  }
}
