import Glibc
import Synchronization

/// A source of changes to files and directories, with descriptors that an event loop can poll (inotify).
///
/// One for a process: a user has few instances (128, by inotify(7)'s `max_user_instances`). Where none is to be had, or no
/// further watch, it says every quarter of a second that anything may have changed.
package final class FileWatch: Sendable {
  /// A file or directory that is watched, as inotify numbers it.
  package struct Subject: Hashable, Sendable { fileprivate let number: Int32 }

  package struct Change: Sendable {
    package let subject: Subject
    /// More happened than the kernel kept: anything watched may have changed.
    package var isOverflow: Bool { subject.number == Self.overflow }
    fileprivate static let overflow: Int32 = -1
    /// The name in a watched directory; empty for a watched file.
    package let name: String
  }

  /// Nil: there was none to be had.
  private let events: FileDescriptor?
  private let timer: BootTimer
  private let isPolling = Atomic(false)
  /// Seconds between two looks.
  private static let period = 0.25
  /// The number of what could not be watched.
  private static let unwatched: Int32 = -2

  package init() throws(Errno) {
    timer = try BootTimer()
    do throws(Errno) {
      let number = try retryingInterrupts("inotify_init1") {
        inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
      }
      events = FileDescriptor(owning: number)
    } catch {
      guard error.code == EMFILE || error.code == ENFILE else { throw error }
      events = nil
    }
  }

  /// Any of them is readable when something changed, or may have.
  package var descriptors: [Int32] { [timer.descriptor] + (events.map { [$0.number] } ?? []) }

  /// Watches the content of a file.
  package func watch(content path: String) throws(Errno) -> Subject {
    try add(path, UInt32(IN_MODIFY))
  }

  /// Watches names that appear in a directory by rename.
  package func watch(arrivalsIn path: String) throws(Errno) -> Subject {
    try add(path, UInt32(IN_MOVED_TO | IN_ONLYDIR))
  }

  /// Watches the content of all files in a directory, those that come too.
  package func watch(contentsIn path: String) throws(Errno) -> Subject {
    try add(path, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR))
  }

  /// Stops watching; what is not watched any more (its file is gone) is fine.
  package func forget(_ subject: Subject) {
    if let events, subject.number >= 0 { _ = inotify_rm_watch(events.number, subject.number) }
  }

  private func add(_ path: String, _ mask: UInt32) throws(Errno) -> Subject {
    guard let events else { return try poll() }
    do throws(Errno) {
      return Subject(
        number: try retryingInterrupts("inotify_add_watch", path) {
          inotify_add_watch(events.number, path, mask)
        })
    } catch {
      // The user's watches are used up.
      guard error.code == ENOSPC || error.code == ENOMEM else { throw error }
      return try poll()
    }
  }

  /// For as long as the process lives: whoever has used up the watches is likely to do so again.
  private func poll() throws(Errno) -> Subject {
    isPolling.store(true, ordering: .relaxed)
    try timer.set(BootClock.seconds() + Self.period)
    return Subject(number: Self.unwatched)
  }

  /// Bytes of one change, at most.
  private static let longest = MemoryLayout<inotify_event>.size + Int(NAME_MAX) + 1

  /// What changed since the last call; no descriptor is readable after it.
  package func drain() throws(Errno) -> [Change] {
    var changes: [Change] = []
    if isPolling.load(ordering: .relaxed) {
      try timer.set(BootClock.seconds() + Self.period)
      changes.append(Change(subject: Subject(number: Change.overflow), name: ""))
    }
    guard let events else { return changes }
    let size = 16_384
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: size, alignment: MemoryLayout<inotify_event>.alignment)
    defer { buffer.deallocate() }
    while true {
      let count: Int
      do throws(Errno) {
        count = try retryingInterrupts("read") { read(events.number, buffer.baseAddress, size) }
      } catch {
        guard error.code == EAGAIN else { throw error }
        return changes
      }
      Self.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: &changes)
      // As many are given as fit: with room for one more there are no more.
      guard count > size - Self.longest else { return changes }
    }
  }

  private static func parse(_ bytes: UnsafeRawBufferPointer, into changes: inout [Change]) {
    let head = MemoryLayout<inotify_event>.size
    var place = 0
    while place + head <= bytes.count {
      let event = bytes.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
      let name = bytes[place + head..<place + head + Int(event.len)].prefix { $0 != 0 }
      place += head + Int(event.len)
      // The farewell of a watch that was forgotten, or whose file is gone, is no change.
      guard event.mask & UInt32(IN_IGNORED) == 0 else { continue }
      changes.append(Change(subject: Subject(number: event.wd), name: String(decoding: name, as: UTF8.self)))
    }
  }
}
