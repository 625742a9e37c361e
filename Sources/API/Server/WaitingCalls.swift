import Model
import Services

/// The condition that a call waits for.
enum Awaited {
  /// The deployment is final.
  case end(of: DeploymentID)
  /// What should run on the node is not what it was at this count of its changes.
  case orders(for: NodeID, after: Int)
}

/// A call that is answered when what it waits for has come about, or its time is over.
struct WaitingCall {
  let reply: PendingReply
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
struct WaitingCalls {
  private var all: [WaitingCall] = []
  /// The first deadline of them.
  private(set) var earliest: UInt64?

  var isEmpty: Bool { all.isEmpty }

  mutating func append(_ call: WaitingCall) {
    all.append(call)
    earliest = min(call.deadline, earliest ?? .max)
  }

  /// Takes out those that `isReady` says it of.
  mutating func take(_ isReady: (WaitingCall) -> Bool) -> [WaitingCall] {
    guard all.contains(where: isReady) else { return [] }
    let ready = all.filter(isReady)
    all.removeAll(where: isReady)
    earliest = all.map(\.deadline).min()
    return ready
  }
}
