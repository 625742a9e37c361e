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

  /// Waiting calls whose time is over; those whose deployment has ended are found after the turn's work.
  func dueWaiters(now: UInt64) -> [Job] {
    guard let earliest = desk.waiters.earliest, isStopping || earliest <= now else { return [] }
    let due = desk.waiters.take { [isStopping] in isStopping || $0.deadline <= now }
    return due.map { Job(ticket: $0.ticket, task: .answer($0)) }
  }

  func runTurn(_ jobs: [Job], _ began: UInt64) {
    let wall = Timestamp(milliseconds: SystemClock.wallMilliseconds())
    desk.beginTurn()
    do {
      if needsTransaction(jobs, wall, began) {
        metrics.count(.transactions)
        try store.transaction(at: wall) { work in
          try Planning.expire(&work)
          try run(jobs, &work, began)
          try Planning.settle(&work)
        }
        planBy = nil
      } else {
        try store.read(at: wall) { work in try run(jobs, &work, began) }
        if planBy == nil, !store.fold.unsettled.isEmpty { planBy = wall + 1 }
      }
      desk.endTurn()
    } catch {
      desk.takeBackTurn()
      seenSeq = 0
      retryAt = began + Self.retryPause
      refuse(jobs, wall, began, error)
    }
  }

  func needsTransaction(_ jobs: [Job], _ wall: Timestamp, _ now: UInt64) -> Bool {
    if retryAt <= now {
      if let wake = store.fold.nextWake, wake <= wall { return true }
      if let planBy, planBy <= wall { return true }
    }
    return jobs.contains { !$0.isRead }
  }

  /// Storage would not take the turn: reads are answered as things stand, the rest is refused.
  func refuse(_ jobs: [Job], _ wall: Timestamp, _ began: UInt64, _ error: any Error) {
    let refusal = Self.translate(error)
    if case .poisoned = error as? StorageError { mustExit = true }
    metrics.count(.unavailable)
    var rest = jobs[...]
    while let job = rest.popFirst() {
      let peer = job.ticket.peer
      if case .call = job.task, peer.standing.isBusy {
        desk.change(peer) { $0.queue.append(job) }
        continue
      }
      do {
        guard job.isRead, !mustExit else { throw refusal }
        try store.read(at: wall) { work in try run([job], &work, began) }
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
  /// Whether it can be answered from the state as it stands.
  fileprivate var isRead: Bool {
    switch task {
    case .refuse, .answer: true
    case .resume: false
    case .call(let method, _): !method.writes
    }
  }
}
