import CPosix
import Glibc

/// The descendants of this process: its children, and orphans below it that become its children.
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
