import JSON
import Model
import POSIX
import RPC
import Services

/// Output to those who follow it: a piece each a turn, as far as their connections take it.
extension Server {
  func pumpFollowers(_ began: UInt64, into outbox: inout Outbox) {
    guard isStopping || commitments.followers.contains(where: \.isDue) else { return }
    let count = commitments.followers.count
    var place = 0
    while place < commitments.followers.count {
      if let reply = pump(place, into: &outbox) {
        answer(commitments.followers.remove(at: place), reply, began, into: &outbox)
      } else {
        place += 1
      }
    }
    // The next turn begins with another, so that no one takes all the room of a connection.
    if commitments.followers.count > 1 { commitments.followers.append(commitments.followers.removeFirst()) }
    if commitments.followers.count < count {
      logWatch.keep(only: Set(commitments.followers.map(\.deploymentID)))
    }
  }

  private func answer(
    _ follower: Follower, _ result: Result<JSONObject, RPCError>, _ began: UInt64, into outbox: inout Outbox
  ) {
    let bytes: [UInt8]
    var isRefused = false
    switch result {
    case .success(let result): bytes = follower.reply.id.map { Reply.result(.object(result), id: $0) } ?? []
    case .failure(let error):
      isRefused = true
      metrics.count(.refusedRequests)
      bytes = follower.reply.id.map { Reply.failure(error, id: $0) } ?? []
    }
    if let bytes = connections.settle(follower.reply, bytes) {
      outbox.send(bytes, to: follower.reply.peer.id)
    }
    let elapsed = UInt64(SystemClock.monotonicNanoseconds()) - began
    metrics.answered(follower.method, nanoseconds: elapsed, refused: isRefused)
    metrics.count(.requests)
  }

  /// Does what is due for the follower at `place`; its answer, when it has come to its end.
  private func pump(_ place: Int, into outbox: inout Outbox) -> Result<JSONObject, RPCError>? {
    let follower = commitments.followers[place]
    if let refusal = follower.refusal { return .failure(refusal) }
    if isStopping || follower.isLeaving { return .success(follower.answer(isEnded: false)) }
    guard follower.isDue else { return nil }
    guard user(of: follower.session) != nil else {
      return .failure(RPCError(Sessions.unknown))
    }
    let peer = follower.reply.peer.id
    guard outbox.space(for: peer) > 0 else { return nil }
    do throws(Errno) {
      // Before it is read, so that nothing written between is missed.
      if follower.isLive { try logWatch.begin(follower.deploymentID) }
      switch try commitments.followers[place].step(environment.logs) {
      case .send(let params):
        outbox.send(Reply.notification("log", params: params), to: peer)
        metrics.count(.notifications)
        return nil
      case .wait:
        commitments.followers[place].isDue = false
        return nil
      case .answer(let result): return .success(result)
      }
    } catch {
      return .failure(RPCError(unreadableLog: error))
    }
  }
}
