import CPosix
import Glibc

/// All that descends from this process: its children, and orphans below it that become its children.
package final class Descendants {
  private let signals: Signals

  /// From now on orphans below this process are handed to it (prctl(2), PR_SET_CHILD_SUBREAPER), so none of
  /// its descendants is lost to it, whatever sessions they make.
  package init() throws(Errno) {
    let code = cposix_take_orphans()
    guard code == 0 else { throw Errno(code, "prctl") }
    signals = try Signals([SIGCHLD])
  }

  /// Readable when a child has ended.
  package var descriptor: Int32 { signals.descriptor }

  /// Takes the ends of children without waiting, and calls `body` for each; answers whether any are left.
  package func reap(_ body: (pid_t, ChildProcess.End) -> Void) -> Bool {
    while signals.next() != nil {}
    while true {
      var status: Int32 = 0
      let id = waitpid(-1, &status, WNOHANG)
      if id > 0 {
        body(id, ChildProcess.end(of: status))
      } else if id == 0 {
        return true
      } else if errno != EINTR {
        // ECHILD: no child, and so no descendant either.
        return false
      }
    }
  }

  /// The living descendants of this process.
  package func living() -> [pid_t] {
    var parents: [pid_t: [pid_t]] = [:]
    for process in ProcessTable.all() where process.isAlive {
      parents[process.parent, default: []].append(process.id)
    }
    var found: [pid_t] = []
    var rest = parents[getpid()] ?? []
    while let id = rest.popLast() {
      found.append(id)
      rest += parents[id] ?? []
    }
    return found
  }
}

/// What runs on this machine, as /proc shows it (proc_pid_stat(5)).
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
    guard let stat = try? WholeFile.read("/proc/\(id)/stat"),
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
      guard process.isAlive, let bytes = try? WholeFile.read("/proc/\(process.id)/environ") else {
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
