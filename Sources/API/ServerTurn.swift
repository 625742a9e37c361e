import JSON
import Model
import POSIX
import RPC
import Services
import Storage

/// What a turn works on: taken in, run as one transaction or one read, and taken back when storage refuses.
extension Server {
  /// Nanoseconds.
  private static let retryPause: UInt64 = 1_000_000_000

  func receive(_ arrivals: [Arrival], into jobs: inout [Job]) {
    for arrival in arrivals {
      switch arrival {
      case .message(let id, let bytes):
        if let peer = desk.peers[id] { desk.receive(bytes, from: peer, into: &jobs) }
      case .oversized(let id, let limit): refuse(id, .oversized(limit: limit), into: &jobs)
      case .malformed(let id, let reason): refuse(id, .malformed(reason), into: &jobs)
      case .closed(let id): desk.close(id)
      }
    }
  }

  private func refuse(_ id: PeerID, _ error: RPCError, into jobs: inout [Job]) {
    guard let peer = desk.peers[id] else { return }
    jobs.append(Job(ticket: desk.owe(peer, id: .null), task: .refuse(error)))
  }

  func takeHashed() -> [Job] {
    workers.take().compactMap { key, result in
      guard let (ticket, hashTicket) = hashing.removeValue(forKey: key) else { return nil }
      return Job(ticket: ticket, task: .resume(hashTicket, result))
    }
  }

  /// The calls that waited until their peer had room for the answers.
  func takePostponed(_ outbox: inout Outbox) -> [Job] {
    guard !desk.postponed.isEmpty else { return [] }
    var jobs: [Job] = []
    let peers = desk.postponed
    desk.postponed = []
    for peer in peers where !peer.standing.isBusy {
      if outbox.room(for: peer.id) > 0 { jobs += takeQueue(of: peer) } else { desk.postponed.append(peer) }
    }
    return jobs
  }

  /// Waiting calls whose time is over; those whose deployment has ended are found after the turn's work.
  func dueWaiters(now: UInt64) -> [Job] {
    guard let earliest = desk.waiters.earliest, isStopping || earliest <= now else { return [] }
    let due = desk.waiters.take { [isStopping] in isStopping || $0.deadline <= now }
    return due.map { Job(ticket: $0.ticket, task: .answer($0)) }
  }

  /// `mustLook`: another process may have written something that somebody here waits for.
  func runTurn(_ jobs: [Job], _ began: UInt64, mustLook: Bool) {
    let wall = Timestamp(milliseconds: SystemClock.wallMilliseconds())
    let isDue = isDue(began, wall)
    let isIdle = !isDue && !mustLook && !isStopping
    if isIdle, !jobs.isEmpty, jobs.allSatisfy(\.isPlain) { return runPlain(jobs, began) }
    desk.beginTurn()
    let seq = store.seq
    do {
      let isTransaction = isDue || jobs.contains { !$0.isRead }
      if isTransaction {
        metrics.count(.transactions)
        try store.transaction(at: wall) { work in
          try Planning.expire(&work)
          try run(jobs, &work, began)
          try leaseWatch.look(&work)
          try Planning.settle(&work)
        }
        planBy = nil
      } else {
        try store.read(at: wall) { work in try run(jobs, &work, began) }
      }
      if isTransaction || store.seq != seq {
        due = Due(store.fold)
        leaseWatch.follow(store.fold)
      }
      hasUnseen = store.seq != seenSeq && !(desk.waiters.all.isEmpty && desk.followers.isEmpty)
      if planBy == nil, due.isUnplanned { planBy = wall + 1 }
      desk.endTurn()
    } catch {
      desk.takeBackTurn()
      hasUnseen = false
      due = Due(store.fold)
      seenSeq = 0
      retryAt = began + Self.retryPause
      refuse(jobs, wall, began, error)
    }
  }

  /// Whether time asks for a transaction.
  func isDue(_ now: UInt64, _ wall: Timestamp = Timestamp(milliseconds: SystemClock.wallMilliseconds()))
    -> Bool
  {
    guard retryAt <= now else { return false }
    if let wake = due.wake, wake <= wall { return true }
    if let planBy, planBy <= wall { return true }
    return leaseWatch.isDue
  }

  /// Jobs that ask nothing of the state: answered without a look at the files.
  private func runPlain(_ jobs: [Job], _ began: UInt64) {
    let dispatcher = Dispatcher(contract: contract, environment: environment, now: began)
    for job in jobs {
      switch job.task {
      case .call where job.ticket.peer.standing.isBusy:
        desk.change(job.ticket.peer) { $0.queue.append(job) }
      case .call(let method, let params):
        do {
          try answering(job.ticket, method) { try dispatcher.plain(method, params) }
        } catch {
          reply(job.ticket, Self.translate(error), method: method)
        }
      case .refuse(let error): reply(job.ticket, error, method: nil)
      case .resume, .answer: preconditionFailure("it is not plain")
      }
    }
  }

  /// Storage would not take the turn: reads are answered as things stand, the rest is refused.
  func refuse(_ jobs: [Job], _ wall: Timestamp, _ began: UInt64, _ error: any Error) {
    let refusal = Self.translate(error)
    if case .poisoned = error as? StorageError { mustExit = true }
    metrics.count(.unavailable)
    var rest = jobs[...]
    while let job = rest.popFirst() {
      let peer = job.ticket.peer
      if case .call = job.task, job.mustWait {
        postpone([job], of: peer)
        continue
      }
      do {
        guard job.isRead || job.isReport, !mustExit else { throw refusal }
        try store.read(at: wall) { work in try run([job], &work, began) }
      } catch StorageError.unusable where job.isReport {
        reply(job.ticket, refusal, method: nil)
      } catch {
        reply(job.ticket, Self.translate(error), method: nil)
      }
      guard case .resume = job.task else { continue }
      // What waited behind it goes next, before what came after that.
      rest = takeQueue(of: peer) + rest
    }
  }

  /// The calls that waited behind one that is answered now.
  func takeQueue(of peer: Peer) -> [Job] {
    let queue = peer.standing.queue
    desk.change(peer) {
      $0.isBusy = false
      $0.queue = []
    }
    return queue
  }
}

extension Job {
  /// A batch goes out as one: none of it waits for room.
  var mustWait: Bool { ticket.batch == nil ? ticket.peer.mustWait : ticket.peer.isBehind }

  /// Whether it can be answered from the state as it stands.
  fileprivate var isRead: Bool {
    switch task {
    case .refuse, .answer: true
    case .resume: false
    case .call(let method, _): !method.writes
    }
  }

  /// Whether it may turn out to have nothing new to record.
  fileprivate var isReport: Bool {
    guard case .call(let method, _) = task, case .report = method.body else { return false }
    return true
  }

  /// Whether it can be answered without the state.
  fileprivate var isPlain: Bool {
    switch task {
    case .refuse: true
    case .call(let method, _): method.isPlain
    case .resume, .answer: false
    }
  }
}
