import JSON
import Model
import RPC

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

/// A call that is answered when its deployment is final, or its time is over.
struct Waiter {
  let ticket: Ticket
  let method: Method
  let invocation: Invocation
  let deployment: DeploymentID
  /// Monotonic nanoseconds.
  let deadline: UInt64
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
