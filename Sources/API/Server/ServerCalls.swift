import JSON
import Model
import POSIX
import RPC
import Services
import Storage

/// The jobs of a turn, run one after another, each on the state that the ones before it left.
extension Server {
  func run(_ turn: inout Turn, _ work: inout Work) throws {
    try run(turn.jobs, &turn, &work)
  }

  func run(_ jobs: [Job], _ turn: inout Turn, _ work: inout Work) throws {
    let dispatcher = dispatcher(of: turn)
    for job in jobs {
      guard !job.mustWait(in: turn) else {
        postpone([job], &turn)
        continue
      }
      try run(job, dispatcher, &turn, &work)
      if case .resume = job.task { try runQueue(of: job.reply.peer, dispatcher, &turn, &work) }
    }
    let mustAsk = sight.mustAsk(through: work.recordedSeq)
    if mustAsk || isStopping {
      try answerWaiting(dispatcher, &turn, &work)
      for place in commitments.followers.indices { try commitments.followers[place].look(work) }
    }
  }

  /// The calls that waited behind one that is answered now, up to the next that must wait itself.
  private func runQueue(
    of peer: Peer, _ dispatcher: Dispatcher, _ turn: inout Turn, _ work: inout Work
  ) throws {
    let queue = takeQueue(of: peer, &turn)
    for (place, job) in queue.enumerated() {
      guard !job.mustWait(in: turn) else { return postpone(queue[place...], &turn) }
      try run(job, dispatcher, &turn, &work)
    }
  }

  private func answerWaiting(_ dispatcher: Dispatcher, _ turn: inout Turn, _ work: inout Work) throws {
    guard !commitments.waiting.isEmpty else { return }
    let planning = work.fold
    let ready = commitments.waiting.take { [isStopping] in isStopping || $0.isDue(in: planning) }
    for call in ready { try run(Job(reply: call.reply, task: .answer(call)), dispatcher, &turn, &work) }
  }

  /// A refusal is the call's answer; only what storage or a broken invariant says ends the turn.
  private func run(
    _ job: Job, _ dispatcher: Dispatcher, _ turn: inout Turn, _ work: inout Work
  ) throws {
    switch job.task {
    case .refuse(let error): reply(job.reply, error, method: nil, &turn)
    case .connection(let call): perform(call, job.reply, &turn)
    case .call(let method, let params):
      let began = UInt64(SystemClock.monotonicNanoseconds())
      defer { turn.spend(UInt64(SystemClock.monotonicNanoseconds()) - began, on: job.reply.peer) }
      try answering(job.reply, method, &turn) { turn in
        guard job.reply.batch == nil || !job.reply.peer.isBeyondBatch else { throw RPCError.longBatch }
        let outcome = try dispatcher.run(
          method, params, session: session(of: job.reply.peer, work), &work, limiter: &commitments.limiter)
        return try take(outcome, job, method, &turn, work)
      }
    case .resume(let call, let result):
      let guess = call.method.guessed?(call.invocation)
      try answering(job.reply, call.method, guess: guess, &turn) { turn in
        guard let result else { throw RPCError.internalError("The password could not be hashed.") }
        let answer = try dispatcher.resume(call, result, &work)
        return try apply(answer, job.reply, call.method, call.invocation, &turn)
      }
    case .goOn(let call): try goOn(call, job.reply, &turn)
    case .deliver(let call, let result): try deliver(result, of: call, &turn)
    case .answer(let call):
      try answering(job.reply, call.method, &turn) { _ in try answer(call, dispatcher, work) }
    }
  }

  /// Looks on for a slice of time; what is left then goes on in a turn of its own.
  func goOn(_ call: ScanCall, _ reply: PendingReply, _ turn: inout Turn) throws {
    try answering(reply, call.method, &turn) { turn in
      var call = call
      let slice = TimeSlice()
      if let answer = try call.step(isInTime: { slice.isInTime }) { return answer.result }
      postpone([Job(reply: reply, task: .goOn(call))], &turn)
      return nil
    }
  }

  /// What waited behind it goes on in a turn of its own.
  func deliver(_ result: Result<JSONObject, RPCError>, of call: AsideCall, _ turn: inout Turn) throws {
    try answering(call.reply, call.method, &turn) { _ in try result.get() }
    let peer = call.reply.peer
    turn.change(peer) { $0.isAway = false }
    if peer.isBehind { commitments.postponed.append(peer) }
  }

  /// The answer of a waiting call; nil when it waits on.
  private func answer(
    _ call: WaitingCall, _ dispatcher: Dispatcher, _ work: borrowing Work
  ) throws -> JSONObject? {
    let answer = try dispatcher.answerNow(call, work)
    guard case .wait(let awaited, _) = answer.effect, dispatcher.now < call.deadline, !isStopping else {
      return answer.result
    }
    var call = call
    call.awaited = awaited
    commitments.waiting.append(call)
    return nil
  }

  private func take(
    _ outcome: Dispatcher.Outcome, _ job: Job, _ method: Method, _ turn: inout Turn, _ work: borrowing Work
  ) throws
    -> JSONObject?
  {
    switch outcome {
    case .hashing(let hashing, let invocation):
      guard !hashers.isFull else { throw ServiceError.rateLimited(retryAfterSeconds: 2) }
      turn.change(job.reply.peer) { $0.isAway = true }
      turn.debts.hashings.append(
        HashedCall(reply: job.reply, method: method, invocation: invocation, hashing: hashing))
      return nil
    case .aside(let body, let invocation):
      guard !forecasters.isFull else { throw ServiceError.rateLimited(retryAfterSeconds: 2) }
      turn.change(job.reply.peer) { $0.isAway = true }
      turn.debts.asides.append(
        AsideCall(reply: job.reply, method: method, body: body, question: Question(invocation)))
      return nil
    case .scan(var scan, _):
      let slice = TimeSlice()
      if let answer = try scan.step(work, isInTime: { slice.isInTime }) { return answer.result }
      let call = ScanCall(method: method, state: work.frozen(), scan: scan)
      postpone([Job(reply: job.reply, task: .goOn(call))], &turn)
      return nil
    case .again:
      postpone([job], &turn)
      return nil
    case .answer(let answer, let invocation): return try apply(answer, job.reply, method, invocation, &turn)
    }
  }

  /// The session whose requests the connection's are: that of its login, or of the token this process was given.
  private func session(of peer: Peer, _ work: borrowing Work) -> SessionID? {
    if let bound = peer.standing.session { return bound }
    guard !peer.standing.isUnbound, let defaultToken else { return nil }
    return work.fold.state.sessionIDs[Secret.hash(defaultToken)]
  }

  /// Does what an answer means to its connection; the result, nil when it is given later.
  private func apply(
    _ answer: Answer, _ reply: PendingReply, _ method: Method, _ invocation: Invocation, _ turn: inout Turn
  ) throws -> JSONObject? {
    switch answer.effect {
    case nil: break
    case .bind(let session): turn.change(reply.peer) { $0.session = session }
    case .unbind: turn.change(reply.peer) { $0.unbind() }
    case .wait(let awaited, let seconds):
      guard !isStopping else { break }
      let deadline = UInt64(SystemClock.monotonicNanoseconds(after: seconds))
      commitments.waiting.append(
        WaitingCall(
          reply: reply, method: method, invocation: invocation, awaited: awaited, deadline: deadline))
      return nil
    case .follow(let request, let progress, let attempt):
      guard commitments.followers.count(where: { $0.peer === reply.peer }) < Follower.limit else {
        throw ServiceError.conflict(
          "The connection follows \(Follower.limit) deployments already: open another one for more.", [:])
      }
      commitments.followers.append(Follower(reply, method, invocation, request, progress, from: attempt))
      return nil
    case .subscribe(let filter, let after):
      guard commitments.subscriptions[reply.peer.id] == nil else {
        throw ServiceError.conflict(
          "The connection is subscribed already: call events.unsubscribe first.", [:])
      }
      commitments.subscriptions[reply.peer.id] = Subscription(
        filter: filter, session: invocation.caller.session.id, events: try store.events(after: after))
    case .unsubscribe:
      guard let subscription = commitments.subscriptions.removeValue(forKey: reply.peer.id) else {
        throw ServiceError.conflict("The connection is not subscribed.", [:])
      }
      return ["last_seq": .int(subscription.events.seq)]
    }
    return answer.result
  }

  // MARK: - Replies

  /// Replies with what `body` returns (nil: later) or refuses.
  func answering(
    _ reply: PendingReply, _ method: Method, guess: String? = nil, _ turn: inout Turn,
    _ body: (inout Turn) throws -> JSONObject?
  ) throws {
    do {
      guard let result = try body(&turn) else { return }
      if let guess { commitments.limiter.succeeded(guess) }
      turn.debts.answered.append((method, false))
      send(reply, reply.id.map { Reply.result(.object(result), id: $0) } ?? [], &turn)
    } catch let error as ServiceError {
      if let guess { commitments.limiter.failed(guess, now: UInt64(SystemClock.monotonicNanoseconds())) }
      self.reply(reply, RPCError(error), method: method, &turn)
    } catch let error as RPCError {
      self.reply(reply, error, method: method, &turn)
    } catch StorageError.eventsGone(let oldest) {
      self.reply(reply, RPCError(StorageError.eventsGone(oldest: oldest)), method: method, &turn)
    }
  }

  func reply(_ reply: PendingReply, _ error: RPCError, method: Method?, _ turn: inout Turn) {
    metrics.count(.refusedRequests)
    if let method { turn.debts.answered.append((method, true)) }
    send(reply, reply.id.map { Reply.failure(error, id: $0) } ?? [], &turn)
  }

  func send(_ reply: PendingReply, _ bytes: [UInt8], _ turn: inout Turn) {
    reply.peer.unsent += bytes.count
    turn.debts.replies.append((reply, bytes))
  }

  static func translate(_ error: any Error) -> RPCError {
    switch error {
    case let error as RPCError: error
    case let error as ServiceError: RPCError(error)
    case let error as StorageError: RPCError(error)
    default: .internalError("\(error)")
    }
  }
}
