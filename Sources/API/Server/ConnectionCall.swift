import JSON
import RPC

/// A call about the connection it comes on, as editors' clients send them: not a method of the catalog.
///
/// Source: Language Server Protocol 3.17, "Cancellation Support", "Shutdown Request" and "Exit Notification".
enum ConnectionCall {
  /// Ends the waiting or following call of that id; one that is answered already, or unknown, is fine.
  case cancel(JSONValue)
  /// Announces `exit`, and is answered null.
  case shutdown
  /// The end of the connection, and so of a server on standard streams, once what it is owed is sent.
  case exit
}

extension ConnectionCall {
  /// Nil for any other method.
  init?(request method: String) {
    guard method == "shutdown" else { return nil }
    self = .shutdown
  }

  /// Nil for any other method.
  init?(notification method: String, _ params: Params) {
    switch (method, params) {
    case ("$/cancelRequest", .named(let params)): self = .cancel(params["id"] ?? .null)
    case ("exit", _): self = .exit
    default: return nil
    }
  }
}

extension Server {
  func perform(_ call: ConnectionCall, _ reply: PendingReply, _ turn: inout Turn) {
    switch call {
    case .cancel(let id): cancel(of: reply.peer, &turn) { $0.id == id }
    case .shutdown: break
    case .exit:
      cancel(of: reply.peer, &turn) { _ in true }
      commitments.close(reply.peer.id)
      connections.close(reply.peer.id)
    }
    send(reply, reply.id.map { Reply.result(.null, id: $0) } ?? [], &turn)
  }

  private func cancel(of peer: Peer, _ turn: inout Turn, where isMeant: (PendingReply) -> Bool) {
    for call in commitments.waiting.take({ $0.reply.peer === peer && isMeant($0.reply) }) {
      self.reply(call.reply, .cancelled, method: call.method, &turn)
    }
    for place in commitments.followers.indices {
      let reply = commitments.followers[place].reply
      if reply.peer === peer, isMeant(reply) { commitments.followers[place].cancel() }
    }
  }
}
