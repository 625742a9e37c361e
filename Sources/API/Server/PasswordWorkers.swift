import POSIX
import Synchronization

/// Two threads at most for password hashing, which is slow on purpose and must not hold up the event loop.
final class PasswordWorkers: Sendable {
  private struct Entry: Sendable {
    let key: Int
    let work: @Sendable () throws -> HashResult
  }

  private struct Board: Sendable {
    var waiting: [Entry] = []
    var done: [(key: Int, result: HashResult?)] = []
    var threads = 0
  }

  private static let threadLimit = 2
  /// Hashings waiting at most: each takes a fraction of a second, and a client that hears nothing asks again.
  static let queueLimit = 100

  private let board = Mutex(Board())
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  var isFull: Bool { board.withLock { $0.waiting.count >= Self.queueLimit } }

  /// The result is `take`n under `key` after the wake-up is signalled.
  func submit(_ key: Int, _ work: @escaping @Sendable () throws -> HashResult) {
    let needsThread = board.withLock { board in
      board.waiting.append(Entry(key: key, work: work))
      guard board.threads < Self.threadLimit else { return false }
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
      let result = try? entry.work()
      board.withLock { $0.done.append((entry.key, result)) }
      wakeup.signal()
    }
  }

  private func next() -> Entry? {
    board.withLock { board in
      guard !board.waiting.isEmpty else {
        board.threads -= 1
        return nil
      }
      return board.waiting.removeFirst()
    }
  }

  /// What is done since the last call; nil where libcrypt failed.
  func take() -> [(key: Int, result: HashResult?)] {
    board.withLock { board in
      defer { board.done = [] }
      return board.done
    }
  }
}
