import Glibc

/// A source of changes to files and directories, with a descriptor that an event loop can poll (inotify).
package final class FileWatch: Sendable {
  /// A file or directory that is watched, as inotify numbers it.
  package struct Subject: Hashable, Sendable { fileprivate let number: Int32 }

  package struct Change: Sendable {
    package let subject: Subject
    /// More happened than the kernel kept: anything watched may have changed.
    package var isOverflow: Bool { subject.number == -1 }
    /// The name in a watched directory; empty for a watched file.
    package let name: String
  }

  /// Readable when something changed; non-blocking.
  package let descriptor: FileDescriptor

  package init() throws(Errno) {
    let number = try retryingInterrupts("inotify_init1") {
      inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    }
    descriptor = FileDescriptor(owning: number)
  }

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
  package func forget(_ subject: Subject) { _ = inotify_rm_watch(descriptor.number, subject.number) }

  private func add(_ path: String, _ mask: UInt32) throws(Errno) -> Subject {
    Subject(
      number: try retryingInterrupts("inotify_add_watch", path) {
        inotify_add_watch(descriptor.number, path, mask)
      })
  }

  /// Bytes of one change, at most.
  private static let longest = MemoryLayout<inotify_event>.size + Int(NAME_MAX) + 1

  /// What changed since the last call; the descriptor is not readable after it.
  package func drain() throws(Errno) -> [Change] {
    var changes: [Change] = []
    let size = 16_384
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: size, alignment: MemoryLayout<inotify_event>.alignment)
    defer { buffer.deallocate() }
    while true {
      let count: Int
      do throws(Errno) {
        count = try retryingInterrupts("read") { read(descriptor.number, buffer.baseAddress, size) }
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
