import Glibc

/// The processes of this machine, as /proc shows them (proc_pid_stat(5)).
package enum ProcessTable {
  package struct Entry: Sendable {
    package let id: pid_t
    package let parent: pid_t
    /// False for one that has ended and is not waited for yet.
    package let isAlive: Bool
  }

  package static func all() -> [Entry] {
    guard let names = try? Directory("/proc").names() else { return [] }
    return names.compactMap { Int32($0) }.compactMap(entry)
  }

  private static func entry(_ id: pid_t) -> Entry? {
    guard let stat = try? FileDescriptor.contents(of: "/proc/\(id)/stat"),
      // The program's name may hold anything, parentheses too.
      let close = stat.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = stat[(close + 1)...].split(separator: 0x20)
    guard fields.count > 2, let state = fields[0].first,
      let parent = pid_t(String(decoding: fields[1], as: UTF8.self))
    else { return nil }
    return Entry(
      id: id, parent: parent, isAlive: state != UInt8(ascii: "Z") && state != UInt8(ascii: "X"))
  }

  /// Those that were started with this variable (`NAME=value`), as far as we may look.
  package static func started(with variable: String) -> [pid_t] {
    let wanted = Array(variable.utf8)
    return all().filter { process in
      guard process.isAlive, let bytes = try? FileDescriptor.contents(of: "/proc/\(process.id)/environ")
      else {
        return false
      }
      return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }.map(\.id)
  }

  package static func signal(_ id: pid_t, _ number: Int32) { Glibc.kill(id, number) }

  /// Sends to a process group; false when there is none of that number.
  @discardableResult
  package static func signalGroup(_ id: pid_t, _ number: Int32) -> Bool { Glibc.kill(-id, number) == 0 }

  package static let stop = SIGSTOP
}
