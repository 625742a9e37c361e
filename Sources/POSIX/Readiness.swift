import Glibc

/// The wait for few descriptors: poll(2). Many are for `Poller`.
extension ThisProcess {
  /// Those of the descriptors that can be read, or are broken, after at most `milliseconds` (nil: without end).
  package static func readable(of descriptors: [Int32], milliseconds: Int?) throws(Errno) -> [Int32] {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let timeout = Int32(clamping: milliseconds ?? -1)
    _ = try retryingInterrupts("poll") { poll(&entries, nfds_t(entries.count), timeout) }
    return entries.filter { $0.revents != 0 }.map(\.fd)
  }

  /// Waits until one of the descriptors is readable, or so many milliseconds have passed (nil: for ever).
  package static func waitReadable(_ descriptors: [Int32], milliseconds: Int?) throws(Errno) {
    _ = try readable(of: descriptors, milliseconds: milliseconds)
  }
}

extension FileDescriptor {
  /// Whether it can be written, or read, right now or within `milliseconds`; an error counts as ready.
  package func isReady(toWrite: Bool, milliseconds: Int = 0) -> Bool {
    var entry = pollfd(fd: number, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0)
    return poll(&entry, 1, Int32(clamping: milliseconds)) != 0
  }

  /// Waits at most `milliseconds` (nil: without end) until either can be used; an error counts as ready.
  package static func wait(reading: FileDescriptor, writing: FileDescriptor?, milliseconds: Int?) -> (
    read: Bool, write: Bool
  ) {
    var entries = [pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)]
    if let writing { entries.append(pollfd(fd: writing.number, events: Int16(POLLOUT), revents: 0)) }
    let limit = milliseconds.map { Int32(clamping: $0) } ?? -1
    guard poll(&entries, nfds_t(entries.count), limit) > 0 else { return (false, false) }
    return (entries[0].revents != 0, entries.count > 1 && entries[1].revents != 0)
  }
}
