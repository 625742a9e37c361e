import JSON
import POSIX
import RPC
import Synchronization

/// A handler that answers `ping` with its params, `later` after `ms` milliseconds, `flood` with `bytes` bytes, `thread` from
/// another thread, `stream` with `count` notifications as its connection has room; `fail` asks for the end of
/// the process, `leave` for that of the connection.
final class ToyHandler: MessageHandler {
  private struct Late {
    let peer: PeerID
    let id: JSONValue
    let due: UInt64
  }

  private var late: [Late] = []
  /// Requests that another thread works on.
  private var threaded = 0
  private let done: Done
  private var ended: Set<PeerID> = []
  /// Notifications owed to each peer.
  private var streams: [PeerID: Int] = [:]
  /// Peers that connected and whose end was not heard of.
  private var present: Set<PeerID> = []
  private(set) var mustExit = false

  /// The results that other threads hand back.
  private final class Done: Sendable {
    let answers = Mutex<[(PeerID, JSONValue)]>([])
    let wakeup: Wakeup

    init() throws { wakeup = try Wakeup() }

    func take() -> [(PeerID, JSONValue)] {
      wakeup.drain()
      return answers.withLock { answers in
        defer { answers = [] }
        return answers
      }
    }
  }

  init() throws { done = try Done() }

  var wakeDescriptors: [Int32] { [done.wakeup.descriptor] }
  var nextTurn: UInt64? { late.map(\.due).min() }
  var isIdle: Bool { late.isEmpty && threaded == 0 }

  func connected(_ peer: PeerID) { present.insert(peer) }

  func accepts(_ peer: PeerID) -> Bool { !late.contains { $0.peer == peer } }

  func stopping() {
    late = late.map { Late(peer: $0.peer, id: $0.id, due: 0) }
  }

  func turn(_ arrivals: [Arrival], into outbox: inout Outbox) {
    for (peer, id) in done.take() {
      threaded -= 1
      outbox.send(Reply.result("threaded", id: id), to: peer)
    }
    for arrival in arrivals { take(arrival, into: &outbox) }
    let now = UInt64(SystemClock.monotonicNanoseconds())
    for answer in late where answer.due <= now {
      outbox.send(Reply.result("late", id: answer.id), to: answer.peer)
    }
    late.removeAll { $0.due <= now }
    pumpStreams(into: &outbox)
    for peer in ended where accepts(peer) && threaded == 0 {
      outbox.close(peer)
      ended.remove(peer)
    }
  }

  private func pumpStreams(into outbox: inout Outbox) {
    for (peer, count) in streams {
      var left = count
      while left > 0, outbox.space(for: peer) > 0 {
        outbox.send(Reply.notification("tick", params: ["left": .int(left)]), to: peer)
        left -= 1
      }
      streams[peer] = left > 0 ? left : nil
    }
  }

  private func take(_ arrival: Arrival, into outbox: inout Outbox) {
    switch arrival {
    case .message(let peer, let bytes):
      if case .single(.request(let request)) = Message.parse(bytes), request.method == "leave" {
        return outbox.close(peer)
      }
      switch Message.parse(bytes) {
      case .single(let call): if let answer = answer(call, peer) { outbox.send(answer, to: peer) }
      case .batch(let calls):
        let answers = calls.compactMap { answer($0, peer) }
        var batch = BatchReply(count: answers.count)
        for (slot, answer) in answers.enumerated() { batch.answer(slot, answer) }
        if let bytes = batch.bytes { outbox.send(bytes, to: peer) }
      }
    case .oversized(let peer, let limit):
      outbox.send(Reply.failure(.oversized(limit: limit), id: nil), to: peer)
    case .malformed(let peer, let reason): outbox.send(Reply.failure(.malformed(reason), id: nil), to: peer)
    case .closed(let peer):
      ended.insert(peer)
      present.remove(peer)
    }
  }

  private func answer(_ call: Call, _ peer: PeerID) -> [UInt8]? {
    switch call {
    case .request(let request): answer(request, peer)
    case .invalid(let id, let error): Reply.failure(error, id: id)
    case .notification, .response: nil
    }
  }

  private func answer(_ request: Request, _ peer: PeerID) -> [UInt8]? {
    let params = (try? request.params.named(in: ["ms"])) ?? [:]
    switch request.method {
    case "ping": return Reply.result(.object(params), id: request.id)
    case "flood":
      return Reply.result(.string(String(repeating: "x", count: params["bytes"]?.int ?? 0)), id: request.id)
    case "later":
      let due = UInt64(SystemClock.monotonicNanoseconds() + (params["ms"]?.int ?? 0) * 1_000_000)
      late.append(Late(peer: peer, id: request.id, due: due))
    case "thread":
      threaded += 1
      startThread(for: request.id, peer)
    case "present": return Reply.result(.int(present.count), id: request.id)
    case "stream": streams[peer] = params["count"]?.int
    case "fail":
      mustExit = true
      return Reply.result("failing", id: request.id)
    default: return Reply.failure(.methodNotFound(request.method), id: request.id)
    }
    return nil
  }

  private func startThread(for id: JSONValue, _ peer: PeerID) {
    _ = try? BackgroundTask { [done] in
      done.answers.withLock { $0.append((peer, id)) }
      done.wakeup.signal()
    }
  }
}
