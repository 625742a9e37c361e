import JSON
import Model
import POSIX
import RPC
import Services
import Storage

/// Runs a turn's jobs one after another, each on the state that the ones before it left.
extension Server {
  func run(_ jobs: [Job], _ work: inout Work, _ began: UInt64) throws {
    let dispatcher = Dispatcher(contract: contract, environment: environment, now: began)
    for job in jobs {
      if case .call = job.task, job.mustWait {
        postpone([job], of: job.ticket.peer)
        continue
      }
      try run(job, dispatcher, &work)
      if case .resume = job.task { try runQueue(of: job.ticket.peer, dispatcher, &work) }
    }
    if work.seq != seenSeq || isStopping {
      seenSeq = work.seq
      try answerWaiters(dispatcher, &work)
      for place in desk.followers.indices { try desk.followers[place].look(work) }
    }
  }

  /// The calls that waited behind one that is answered now, up to the next that must wait itself.
  func runQueue(of peer: Peer, _ dispatcher: Dispatcher, _ work: inout Work) throws {
    let queue = takeQueue(of: peer)
    for (place, job) in queue.enumerated() {
      guard !job.mustWait else {
        postpone(queue[place...], of: peer)
        return
      }
      try run(job, dispatcher, &work)
    }
  }

  /// Behind a call that is worked on they go on with its answer; else in a turn in which the peer has room.
  func postpone(_ jobs: some Sequence<Job>, of peer: Peer) {
    if !peer.standing.isBusy, peer.standing.queue.isEmpty { desk.postponed.append(peer) }
    desk.change(peer) { $0.queue += jobs }
  }

  func answerWaiters(_ dispatcher: Dispatcher, _ work: inout Work) throws {
    guard !desk.waiters.all.isEmpty else { return }
    let planning = work.fold
    let ready = desk.waiters.take { [isStopping] in isStopping || $0.isDue(in: planning) }
    for waiter in ready { try run(Job(ticket: waiter.ticket, task: .answer(waiter)), dispatcher, &work) }
  }

  /// A refusal is the call's answer; only what storage or a broken invariant says ends the turn.
  func run(_ job: Job, _ dispatcher: Dispatcher, _ work: inout Work) throws {
    switch job.task {
    case .refuse(let error): reply(job.ticket, error, method: nil)
    case .call(let method, let params):
      try answering(job.ticket, method) {
        guard job.ticket.batch == nil || !job.ticket.peer.isBeyondBatch else { throw RPCError.longBatch }
        let outcome = try dispatcher.run(
          method, params, session: session(of: job.ticket.peer, work), &work, limiter: &desk.limiter)
        return try take(outcome, job.ticket, method)
      }
    case .resume(let hashTicket, let result):
      let method = hashTicket.method
      let guess = method.guessed?(hashTicket.invocation)
      try answering(job.ticket, method, guess: guess) {
        guard let result else { throw RPCError.internalError("The password could not be hashed.") }
        let answer = try dispatcher.resume(hashTicket, result, &work)
        return try take(.answer(answer, hashTicket.invocation), job.ticket, method)
      }
    case .answer(let waiter):
      try answering(job.ticket, waiter.method) {
        try answer(waiter, dispatcher, work)
      }
    }
  }

  /// The answer of a waiting call; nil when it waits on.
  private func answer(_ waiter: Waiter, _ dispatcher: Dispatcher, _ work: borrowing Work) throws
    -> JSONObject?
  {
    let answer = try dispatcher.answerNow(waiter, work)
    guard case .wait(let awaited, _) = answer.effect, dispatcher.now < waiter.deadline, !isStopping else {
      return answer.result
    }
    var waiter = waiter
    waiter.awaited = awaited
    desk.waiters.append(waiter)
    return nil
  }

  /// Replies with what `body` returns (nil: later) or refuses.
  func answering(
    _ ticket: Ticket, _ method: Method, guess: String? = nil, _ body: () throws -> JSONObject?
  ) throws {
    do {
      guard let result = try body() else { return }
      if let guess { desk.limiter.succeeded(guess) }
      desk.outcome.answered.append((method, false))
      send(ticket, ticket.id.map { Reply.result(.object(result), id: $0) } ?? [])
    } catch let error as ServiceError {
      if let guess { desk.limiter.failed(guess, now: UInt64(SystemClock.monotonicNanoseconds())) }
      reply(ticket, RPCError(error), method: method)
    } catch let error as RPCError {
      reply(ticket, error, method: method)
    } catch StorageError.eventsGone(let oldest) {
      reply(ticket, RPCError(StorageError.eventsGone(oldest: oldest)), method: method)
    }
  }

  func take(_ outcome: Dispatcher.Outcome, _ ticket: Ticket, _ method: Method) throws -> JSONObject? {
    switch outcome {
    case .hashing(let hashing, let invocation):
      guard !workers.isFull else { throw ServiceError.rateLimited(retryAfterSeconds: 2) }
      desk.change(ticket.peer) { $0.isBusy = true }
      desk.outcome.hashings.append(
        (ticket, HashTicket(method: method, invocation: invocation, hashing: hashing)))
      return nil
    case .answer(let answer, let invocation):
      return try apply(answer, ticket, method, invocation)
    }
  }

  /// Whose requests the connection's are: those of its login, or of the token this process was given.
  func session(of peer: Peer, _ work: borrowing Work) -> SessionID? {
    if let bound = peer.standing.session { return bound }
    guard !peer.standing.isUnbound, let defaultToken else { return nil }
    return work.fold.state.sessionIDs[Secret.hash(defaultToken)]
  }

  /// What an answer means to its connection; nil when it is given later.
  func apply(
    _ answer: Answer, _ ticket: Ticket, _ method: Method, _ invocation: Invocation
  ) throws -> JSONObject? {
    switch answer.effect {
    case nil: break
    case .bind(let session): desk.change(ticket.peer) { $0.session = session }
    case .unbind: desk.change(ticket.peer) { $0.unbind() }
    case .wait(let awaited, let seconds):
      guard !isStopping else { break }
      let deadline = UInt64(SystemClock.monotonicNanoseconds()) + UInt64(seconds * 1e9)
      desk.waiters.append(
        Waiter(
          ticket: ticket, method: method, invocation: invocation, awaited: awaited, deadline: deadline))
      return nil
    case .follow(let request, let progress, let attempt):
      guard desk.followers.count(where: { $0.ticket.peer === ticket.peer }) < Follower.limit else {
        throw ServiceError.conflict(
          "The connection follows \(Follower.limit) deployments already: open another one for more.", [:])
      }
      desk.followers.append(Follower(ticket, method, invocation, request, progress, from: attempt))
      return nil
    case .subscribe(let filter, let after):
      guard desk.subscriptions[ticket.peer.id] == nil else {
        throw ServiceError.conflict(
          "The connection is subscribed already: call events.unsubscribe first.", [:])
      }
      desk.subscriptions[ticket.peer.id] = Subscription(
        filter: filter, session: invocation.caller.session.id, events: try store.events(after: after))
    case .unsubscribe:
      guard desk.subscriptions.removeValue(forKey: ticket.peer.id) != nil else {
        throw ServiceError.conflict("The connection is not subscribed.", [:])
      }
    }
    return answer.result
  }

  func reply(_ ticket: Ticket, _ error: RPCError, method: Method?) {
    metrics.count(.refusedRequests)
    if let method { desk.outcome.answered.append((method, true)) }
    send(ticket, ticket.id.map { Reply.failure(error, id: $0) } ?? [])
  }

  private func send(_ ticket: Ticket, _ bytes: [UInt8]) {
    ticket.peer.unsent += bytes.count
    desk.outcome.replies.append((ticket, bytes))
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
