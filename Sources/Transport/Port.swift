import POSIX

/// One descriptor of a connection, and how it is read or written without ever blocking the loop.
final class Port {
  enum Kind {
    case socket
    /// A pipe or terminal given to us: its O_NONBLOCK is shared with whoever else has it, so it stays as it
    /// is. Reads follow a poll; writes follow one and are at most PIPE_BUF long.
    case stream
    /// A regular file or `/dev/null`: always ready.
    case file
  }

  let file: FileDescriptor
  let token: UInt64
  private(set) var kind: Kind
  private(set) var interest = Poller.Interest.none
  /// False once it always is ready: a file, or a stream that was hung up while nobody read it.
  private(set) var isPolled = false

  private static let pipeBuffer = 4096

  init(_ file: FileDescriptor, token: UInt64) {
    self.file = file
    self.token = token
    kind = file.isSocket ? .socket : .stream
  }

  func register(in poller: Poller, _ interest: Poller.Interest) throws(Errno) {
    self.interest = interest
    isPolled = try poller.add(file.number, token: token, interest)
    if !isPolled { kind = .file }
  }

  func want(_ wanted: Poller.Interest, in poller: Poller) {
    guard isPolled, wanted != interest else { return }
    interest = wanted
    // Can only fail for want of memory or a descriptor that is not ours: both are the end of it.
    do throws(Errno) { try poller.change(file.number, token: token, wanted) } catch {
      unregister(from: poller)
    }
  }

  func unregister(from poller: Poller) {
    guard isPolled else { return }
    poller.remove(file.number)
    isPolled = false
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> FileDescriptor.Progress {
    switch kind {
    case .socket: file.receive(into: buffer)
    case .stream, .file: file.readSome(into: buffer)
    }
  }

  /// Writes what can be written now of the queue.
  func write(_ queue: inout WriteQueue) -> FileDescriptor.Progress {
    var written = 0
    while !queue.isEmpty {
      let progress: FileDescriptor.Progress
      switch kind {
      case .socket: progress = queue.withFront { file.send($0) }
      case .file: progress = queue.withFront { file.writeSome($0) }
      case .stream:
        guard file.isReady(toWrite: true) else { return written > 0 ? .bytes(written) : .wouldBlock }
        progress = queue.withFront(atMost: Self.pipeBuffer) { file.writeSome($0) }
      }
      guard case .bytes(let count) = progress else {
        return progress == .wouldBlock && written > 0 ? .bytes(written) : progress
      }
      queue.drop(count)
      written += count
    }
    return .bytes(written)
  }
}
