import JSON
import Model
import RPC
import Services

/// Where one answer goes: to a peer, alone or as part of a batch's reply.
struct Ticket {
  let peer: Peer
  /// nil for a notification: nothing is sent, whatever comes of it.
  let id: JSONValue?
  let batch: BatchSlot?

  struct BatchSlot {
    let batch: Int
    let slot: Int
  }
}

/// A call that waits for its turn.
struct Job {
  let ticket: Ticket
  let task: Task

  enum Task {
    case call(Method, params: Params)
    /// Not a call: the answer is this error.
    case refuse(RPCError)
    /// Hashing is done; what follows it.
    case resume(HashTicket, HashResult?)
    /// A waiting call whose time or event has come.
    case answer(Waiter)
  }
}

/// A call whose hashing is being done.
struct HashTicket {
  let method: Method
  let invocation: Invocation
  let hashing: Hashing
}

/// What a call waits for.
enum Awaited {
  /// The deployment is final.
  case end(of: DeploymentID)
  /// What should run on the node is not what it was at this count of its changes.
  case orders(for: NodeID, after: Int)
}

/// A call that is answered when what it waits for has come about, or its time is over.
struct Waiter {
  let ticket: Ticket
  let method: Method
  let invocation: Invocation
  var awaited: Awaited
  /// Monotonic nanoseconds.
  let deadline: UInt64

  /// Whether it is worth another look; it may have to wait on after that.
  func isDue(in planning: borrowing PlanningState) -> Bool {
    switch awaited {
    case .end(let deployment): planning.state.deployments[deployment]?.isFinal ?? true
    case .orders(let node, let count): planning.orderCounts[node, default: 0] != count
    }
  }
}

/// The calls that wait, in the order in which they came.
struct Waiters {
  private(set) var all: [Waiter] = []
  /// The first deadline of them.
  private(set) var earliest: UInt64?

  mutating func append(_ waiter: Waiter) {
    all.append(waiter)
    earliest = min(waiter.deadline, earliest ?? .max)
  }

  /// Takes out those that `isReady` says it of.
  mutating func take(_ isReady: (Waiter) -> Bool) -> [Waiter] {
    guard all.contains(where: isReady) else { return [] }
    let ready = all.filter(isReady)
    all.removeAll(where: isReady)
    earliest = all.map(\.deadline).min()
    return ready
  }
}
