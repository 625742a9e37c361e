import POSIX
import Synchronization

/// Threads for what takes long and must not hold up the event loop: passwords, which are slow on purpose, and forecasts.
final class Workers<Output: Sendable>: Sendable {
  private struct Entry: Sendable {
    let key: Int
    let work: @Sendable () -> Output
  }

  private struct Board: Sendable {
    var pending: [Entry] = []
    var done: [(key: Int, output: Output)] = []
    var threads = 0
  }

  private let threadLimit: Int
  /// Beyond so many that wait the next is refused: a client that hears nothing asks again.
  private let queueLimit: Int
  private let board = Mutex(Board())
  private let wakeup: Wakeup

  init(threads: Int, queue: Int, wakeup: Wakeup) {
    threadLimit = threads
    queueLimit = queue
    self.wakeup = wakeup
  }

  var isFull: Bool { board.withLock { $0.pending.count >= queueLimit } }

  /// The output is `take`n under `key` after the wake-up is signalled.
  func submit(_ key: Int, _ work: @escaping @Sendable () -> Output) {
    let needsThread = board.withLock { board in
      board.pending.append(Entry(key: key, work: work))
      guard board.threads < threadLimit else { return false }
      board.threads += 1
      return true
    }
    guard needsThread else { return }
    do {
      _ = try BackgroundTask { [self] in run() }
    } catch {
      // No thread to be had: here and now is better than never.
      run()
    }
  }

  private func run() {
    while let entry = next() {
      let output = entry.work()
      board.withLock { $0.done.append((entry.key, output)) }
      wakeup.signal()
    }
  }

  private func next() -> Entry? {
    board.withLock { board in
      guard !board.pending.isEmpty else {
        board.threads -= 1
        return nil
      }
      return board.pending.removeFirst()
    }
  }

  /// What is done since the last call.
  func take() -> [(key: Int, output: Output)] {
    board.withLock { board in
      defer { board.done = [] }
      return board.done
    }
  }
}
