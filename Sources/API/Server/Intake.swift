import JSON
import RPC

/// The intake: what arrived becomes jobs, in order.
extension Connections {
  mutating func receive(_ message: [UInt8], from peer: Peer, into turn: inout Turn) {
    switch Message.parse(message) {
    case .single(let call): take(call, from: peer, nil, into: &turn)
    case .batch(let calls):
      let answered = calls.filter(\.isAnswered).count
      let batch = openBatch(count: answered)
      var slot = 0
      for call in calls {
        take(call, from: peer, PendingReply.BatchSlot(batch: batch, slot: slot), into: &turn)
        if call.isAnswered { slot += 1 }
      }
    }
  }

  /// What came is no message: it is answered all the same, in its order.
  mutating func refuse(_ error: RPCError, to id: PeerID, in turn: inout Turn) {
    guard let peer = self[id] else { return }
    turn.add(Job(reply: owe(peer, id: .null), task: .refuse(error)))
  }

  /// Nothing comes of a response to a request we never made.
  private mutating func take(
    _ call: Call, from peer: Peer, _ batch: PendingReply.BatchSlot?, into turn: inout Turn
  ) {
    switch call {
    case .request(let request):
      let reply = owe(peer, id: request.id, batch)
      let call = ConnectionCall(request: request.method)
      turn.add(
        call.map { Job(reply: reply, task: .connection($0)) } ?? job(reply, request.method, request.params))
    case .notification(let method, let params):
      let reply = owe(peer, id: nil, batch)
      let call = ConnectionCall(notification: method, params)
      turn.add(call.map { Job(reply: reply, task: .connection($0)) } ?? job(reply, method, params))
    case .invalid(let id, let error): turn.add(Job(reply: owe(peer, id: id, batch), task: .refuse(error)))
    case .response: break
    }
  }

  private func job(_ reply: PendingReply, _ name: String, _ params: Params) -> Job {
    guard let method = MethodCatalog.named(name) else {
      return Job(reply: reply, task: .refuse(.methodNotFound(name)))
    }
    return Job(reply: reply, task: .call(method, params: params))
  }
}

extension Call {
  fileprivate var isAnswered: Bool {
    switch self {
    case .request, .invalid: true
    case .notification, .response: false
    }
  }
}
