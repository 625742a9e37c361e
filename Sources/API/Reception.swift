import JSON
import RPC

/// Turns what arrived into jobs, in order.
extension Desk {
  mutating func receive(_ message: [UInt8], from peer: PeerID) -> [Job] {
    switch Message.parse(message) {
    case .single(let call):
      return job(call, peer, nil).map { [$0] } ?? []
    case .batch(let calls):
      let answered = calls.filter(\.isAnswered).count
      let batch = openBatch(count: answered)
      var slot = 0
      var jobs: [Job] = []
      for call in calls {
        guard let job = job(call, peer, Ticket.BatchSlot(batch: batch, slot: slot)) else { continue }
        if call.isAnswered { slot += 1 }
        jobs.append(job)
      }
      return jobs
    }
  }

  /// nil for what needs nothing: a response to a request we never made.
  private mutating func job(_ call: Call, _ peer: PeerID, _ batch: Ticket.BatchSlot?) -> Job? {
    switch call {
    case .request(let request):
      let ticket = owe(peer, id: request.id, batch)
      return Job(ticket: ticket, task: .call(method: request.method, params: request.params))
    case .notification(let method, let params):
      return Job(ticket: owe(peer, id: nil, batch), task: .call(method: method, params: params))
    case .invalid(let id, let error): return Job(ticket: owe(peer, id: id, batch), task: .refuse(error))
    case .response: return nil
    }
  }

  mutating func owe(_ peer: PeerID, id: JSONValue?, _ batch: Ticket.BatchSlot? = nil) -> Ticket {
    peers[peer]?.owed += 1
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
