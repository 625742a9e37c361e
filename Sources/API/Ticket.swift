import JSON
import Model
import RPC

/// Where one answer goes: to a peer, alone or as part of a batch's reply.
struct Ticket {
  let peer: PeerID
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
    case call(method: String, params: Params)
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
  let method: String
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
