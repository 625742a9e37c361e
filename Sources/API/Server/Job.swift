import JSON
import Model
import RPC
import Services

/// An answer that is owed: to which connection, under which id, and in which batch if in one.
struct PendingReply {
  let peer: Peer
  /// nil for a notification: nothing is sent, whatever comes of it.
  let id: JSONValue?
  let batch: BatchSlot?

  struct BatchSlot {
    let batch: Int
    let slot: Int
  }
}

/// A piece of a turn's work that ends in an answer, or goes on waiting for one.
struct Job {
  let reply: PendingReply
  let task: Task

  enum Task {
    case call(Method, params: Params)
    case connection(ConnectionCall)
    /// Not a call: the answer is this error.
    case refuse(RPCError)
    /// Hashing is done; what follows it.
    case resume(HashedCall, HashResult?)
    /// A look through many rows that goes on.
    case goOn(ScanCall)
    /// A question that was answered aside.
    case deliver(AsideCall, Result<JSONObject, RPCError>)
    /// A waiting call whose time or event has come.
    case answer(WaitingCall)
  }
}

extension Job {
  /// How far a turn has to reach for it.
  var reach: Turn.Reach {
    switch task {
    case .refuse, .connection, .deliver, .goOn: .calls
    case .answer: .state
    case .resume: .transaction
    case .call(let method, _): method.isPlain ? .calls : method.writes ? .transaction : .state
    }
  }

  /// Whether its connection has to be answered in order: calls and refusals are, what was waited for comes when it is ready.
  private var isInOrder: Bool {
    switch task {
    case .call, .refuse, .connection, .goOn: true
    case .resume, .deliver, .answer: false
    }
  }

  /// Whether it has to wait: behind what its connection asked before, for a turn in which its connection has time
  /// left, or until there is room for the answer. A batch goes out as one, so none of it waits for room.
  func mustWait(in turn: Turn) -> Bool {
    guard isInOrder else { return false }
    let peer = reply.peer
    return peer.isBehind || peer.spent > turn.share || reply.batch == nil && peer.isOverAnswered
  }

  /// Whether it may turn out to have nothing new to record.
  var isReport: Bool {
    guard case .call(let method, _) = task, case .report = method.body else { return false }
    return true
  }
}

/// A call that is answered off the loop.
struct AsideCall {
  let reply: PendingReply
  let method: Method
  let body: Method.Aside
  let question: Question
}

/// A call whose hashing is being done off the loop.
struct HashedCall {
  let reply: PendingReply
  let method: Method
  let invocation: Invocation
  let hashing: Hashing
}
