import POSIX
import RPC

/// A socket that accepts connections, and the rule of who may make them.
struct Listener {
  let file: FileDescriptor
  let admits: (FileDescriptor) -> Bool
}

extension EventLoop {
  /// Accepts from the socket (non-blocking, listening) those that `admits` answers true for.
  package func listen(on file: FileDescriptor, admitting admits: @escaping (FileDescriptor) -> Bool)
    throws(Errno)
  {
    _ = try poller.add(file.number, token: PollToken.listener(listeners.count).encoded, .read)
    listeners.append(Listener(file: file, admits: admits))
  }

  private static let acceptsPerTurn = 64

  func accept(_ place: Int) {
    guard listeners.indices.contains(place) else { return }
    let listener = listeners[place]
    for _ in 0..<Self.acceptsPerTurn {
      do throws(Errno) {
        guard let socket = try UnixSocket.accept(from: listener.file) else { return }
        if listener.admits(socket) { try connect(input: socket, output: socket) }
      } catch {
        // Out of descriptors or memory: the listener stays readable, so waiting for it would spin.
        pauseAccepting()
        return
      }
    }
  }

  private func pauseAccepting() {
    for (place, listener) in listeners.enumerated() {
      try? poller.change(listener.file.number, token: PollToken.listener(place).encoded, [])
    }
    acceptsAgainAt = EventLoop.clock() + limits.acceptPause
  }

  func acceptAgainIfDue() {
    guard let due = acceptsAgainAt, due <= now else { return }
    acceptsAgainAt = nil
    for (place, listener) in listeners.enumerated() {
      try? poller.change(listener.file.number, token: PollToken.listener(place).encoded, .read)
    }
  }
}
