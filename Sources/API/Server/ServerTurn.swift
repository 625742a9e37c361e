import Logs
import Model
import POSIX
import RPC
import Services
import Storage

/// The course of a turn: its work is gathered, performed as far as it reaches, and what it owes is paid.
extension Server {
  func gather(_ arrivals: [Arrival], into turn: inout Turn, _ outbox: inout Outbox) {
    if sight.isSignalled { sight.resolve(othersWrote: drain()) }
    for cause in sight.takeCauses() { turn.add(cause) }
    if isStopping { turn.add(.stopping) }
    if agenda.isDue(turn.began, turn.wall) { turn.add(.due) }
    for (key, result) in hashers.take() {
      guard let call = hashing.removeValue(forKey: key) else { continue }
      turn.add(Job(reply: call.reply, task: .resume(call, result)))
    }
    for (key, result) in forecasters.take() {
      guard let call = asides.removeValue(forKey: key) else { continue }
      turn.add(Job(reply: call.reply, task: .deliver(call, result)))
    }
    takePostponed(into: &turn, &outbox)
    receive(arrivals, into: &turn)
    takeOverdue(into: &turn)
  }

  /// The calls that waited for a turn of their own.
  private func takePostponed(into turn: inout Turn, _ outbox: inout Outbox) {
    guard !commitments.postponed.isEmpty else { return }
    let peers = commitments.postponed
    commitments.postponed = []
    for peer in peers where !peer.standing.isAway {
      guard !outbox.isGone(peer.id) else {
        for job in takeQueue(of: peer, &turn) { _ = connections.settle(job.reply, []) }
        continue
      }
      guard outbox.space(for: peer.id) > 0 else {
        commitments.postponed.append(peer)
        continue
      }
      for job in takeQueue(of: peer, &turn) { turn.add(job) }
    }
  }

  private func receive(_ arrivals: [Arrival], into turn: inout Turn) {
    for arrival in arrivals {
      switch arrival {
      case .message(let id, let bytes):
        if let peer = connections[id] { connections.receive(bytes, from: peer, into: &turn) }
      case .oversized(let id, let limit): connections.refuse(.oversized(limit: limit), to: id, in: &turn)
      case .malformed(let id, let reason): connections.refuse(.malformed(reason), to: id, in: &turn)
      case .closed(let id):
        commitments.close(id)
        connections.close(id)
      }
    }
  }

  /// Waiting calls whose time is over; those whose deployment has ended are found after the turn's work.
  private func takeOverdue(into turn: inout Turn) {
    let now = turn.began
    guard let earliest = commitments.waiting.earliest, isStopping || earliest <= now else { return }
    for call in commitments.waiting.take({ [isStopping] in isStopping || $0.deadline <= now }) {
      turn.add(Job(reply: call.reply, task: .answer(call)))
    }
  }

  // MARK: - Performing it

  func perform(_ turn: inout Turn) {
    switch turn.reach {
    case .nothing: break
    case .calls: performPlainly(&turn)
    case .state, .transaction:
      turn.begin(commitments)
      let agendaBefore = agenda
      do { try reachState(&turn) } catch {
        turn.takeBack(&commitments)
        agenda = agendaBefore
        agenda.follow(store.fold)
        agenda.rest(from: turn.began)
        sight.forget()
        refuse(&turn, error)
      }
    }
  }

  private func reachState(_ turn: inout Turn) throws {
    let seq = store.recordedSeq
    let isTransaction = turn.reach == .transaction
    if isTransaction {
      metrics.count(.transactions)
      try store.transaction(at: turn.wall) { work in
        try Planning.expire(&work)
        try run(&turn, &work)
        try agenda.loseSilentNodes(&work)
        try Planning.settle(&work)
      }
      agenda.planned()
    } else {
      try store.read(at: turn.wall) { work in try run(&turn, &work) }
    }
    if isTransaction || store.recordedSeq != seq { agenda.follow(store.fold) }
    sight.recorded(through: store.recordedSeq, hasAudience: commitments.hasAudience)
    if store.fold.isUnplanned { agenda.leaveToOthers(from: turn.wall) }
    turn.keep()
  }

  /// Calls that ask nothing of the state: answered without a look at the files.
  private func performPlainly(_ turn: inout Turn) {
    let dispatcher = dispatcher(of: turn)
    for job in turn.jobs {
      guard !job.mustWait(in: turn) else {
        postpone([job], &turn)
        continue
      }
      switch job.task {
      case .call(let method, let params):
        answerAnyway(job, &turn) { turn in
          try answering(job.reply, method, &turn) { _ in try dispatcher.plain(method, params) }
        }
      case .refuse(let error): reply(job.reply, error, method: nil, &turn)
      case .connection(let call): perform(call, job.reply, &turn)
      case .deliver(let call, let result): answerAnyway(job, &turn) { try deliver(result, of: call, &$0) }
      case .goOn(let call): answerAnyway(job, &turn) { try goOn(call, job.reply, &$0) }
      case .resume, .answer: preconditionFailure("it reaches for the state")
      }
    }
  }

  /// Answers with the error that `body` throws.
  private func answerAnyway(_ job: Job, _ turn: inout Turn, _ body: (inout Turn) throws -> Void) {
    do { try body(&turn) } catch { reply(job.reply, Self.translate(error), method: nil, &turn) }
  }

  /// Storage would not take the turn: reads are answered as things stand, the rest is refused.
  private func refuse(_ turn: inout Turn, _ error: any Error) {
    let refusal = Self.translate(error)
    if case .poisoned = error as? StorageError { fail() }
    metrics.count(.unavailable)
    var rest = turn.jobs[...]
    while let job = rest.popFirst() {
      guard !job.mustWait(in: turn) else {
        postpone([job], &turn)
        continue
      }
      do {
        guard job.reach < .transaction || job.isReport, !mustExit else { throw refusal }
        try store.read(at: turn.wall) { work in try run([job], &turn, &work) }
      } catch StorageError.unusable where job.isReport {
        reply(job.reply, refusal, method: nil, &turn)
      } catch {
        reply(job.reply, Self.translate(error), method: nil, &turn)
      }
      guard case .resume = job.task else { continue }
      // What waited behind it goes next, before what came after that.
      rest = takeQueue(of: job.reply.peer, &turn) + rest
    }
  }

  func dispatcher(of turn: Turn) -> Dispatcher {
    Dispatcher(contract: contract, environment: environment, now: turn.began)
  }

  // MARK: - Order

  /// The calls of a connection that waited behind one that is answered now, or for their turn.
  func takeQueue(of peer: Peer, _ turn: inout Turn) -> [Job] {
    let queue = peer.standing.queue
    turn.change(peer) {
      $0.isAway = false
      $0.queue = []
    }
    return queue
  }

  /// Keeps jobs of one connection behind what it has asked before, or for a turn of their own. Behind a call that is
  /// being hashed they go on with its answer; else in a turn in which there is room.
  func postpone(_ jobs: some Collection<Job>, _ turn: inout Turn) {
    guard let peer = jobs.first?.reply.peer else { return }
    if !peer.isBehind { commitments.postponed.append(peer) }
    turn.change(peer) { $0.queue += jobs }
  }

  // MARK: - Paying

  func pay(_ turn: inout Turn, into outbox: inout Outbox) {
    for (reply, bytes) in turn.debts.replies {
      if let bytes = connections.settle(reply, bytes) { outbox.send(bytes, to: reply.peer.id) }
    }
    for call in turn.debts.hashings {
      let key = makeKey()
      hashing[key] = call
      hashers.submit(key) { [work = call.hashing.work] in try? work() }
    }
    if !turn.debts.asides.isEmpty { beginAsides(turn) }
    let elapsed = UInt64(SystemClock.monotonicNanoseconds()) - turn.began
    for answer in turn.debts.answered {
      metrics.answered(answer.method, nanoseconds: elapsed, refused: answer.refused)
    }
    metrics.count(.requests, turn.debts.answered.count)
    turn.debts.clear()
  }

  /// Of the state as the turn has left it, which is on disk.
  private func beginAsides(_ turn: Turn) {
    let state = store.frozen(at: turn.wall)
    for call in turn.debts.asides {
      let key = makeKey()
      asides[key] = call
      forecasters.submit(key) { [body = call.body, question = call.question] in
        do { return .success(try state.read { work in try body(question, work) }) } catch {
          return .failure(Server.translate(error))
        }
      }
    }
  }

  // MARK: - Wake-ups

  /// Whether another process may have written something to the journal.
  private func drain() -> Bool {
    wakeup.drain()
    do { return try drainFiles() } catch {
      store.options.note("\(error)")
      return true
    }
  }

  /// Has followers look whose output was written; true when the journal may have been.
  func drainFiles() throws -> Bool {
    let changes = try files.drain()
    guard !changes.isEmpty else { return false }
    let written = commitments.followers.isEmpty ? [] : logWatch.written(by: changes)
    for place in commitments.followers.indices
    where written?.contains(commitments.followers[place].deploymentID) ?? true {
      commitments.followers[place].isDue = true
    }
    return try watch.concerns(changes)
  }
}
