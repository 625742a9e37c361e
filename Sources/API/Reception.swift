import JSON
import RPC

/// Turns what arrived into jobs, in order.
extension Desk {
  mutating func receive(_ message: [UInt8], from peer: Peer, into jobs: inout [Job]) {
    switch Message.parse(message) {
    case .single(let call): take(call, from: peer, nil, into: &jobs)
    case .batch(let calls):
      let answered = calls.filter(\.isAnswered).count
      let batch = openBatch(count: answered)
      var slot = 0
      for call in calls {
        take(call, from: peer, Ticket.BatchSlot(batch: batch, slot: slot), into: &jobs)
        if call.isAnswered { slot += 1 }
      }
    }
  }

  /// Nothing comes of a response to a request we never made.
  private mutating func take(
    _ call: Call, from peer: Peer, _ batch: Ticket.BatchSlot?, into jobs: inout [Job]
  ) {
    switch call {
    case .request(let request):
      jobs.append(job(owe(peer, id: request.id, batch), request.method, request.params))
    case .notification(let method, let params):
      jobs.append(job(owe(peer, id: nil, batch), method, params))
    case .invalid(let id, let error):
      jobs.append(Job(ticket: owe(peer, id: id, batch), task: .refuse(error)))
    case .response: break
    }
  }

  private func job(_ ticket: Ticket, _ name: String, _ params: Params) -> Job {
    guard let method = MethodCatalog.named(name) else {
      return Job(ticket: ticket, task: .refuse(.methodNotFound(name)))
    }
    return Job(ticket: ticket, task: .call(method, params: params))
  }

  mutating func owe(_ peer: Peer, id: JSONValue?, _ batch: Ticket.BatchSlot? = nil) -> Ticket {
    owe(peer)
    return Ticket(peer: peer, id: id, batch: batch)
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
