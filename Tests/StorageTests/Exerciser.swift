import Glibc
import POSIX
import Testing

/// A storage-exerciser process, or a command that runs one.
final class Exerciser {
  static let path: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/storage-exerciser"
  }()

  private let pid: pid_t
  private let output: Int32
  private var pending: [UInt8] = []
  private var status: Int32?

  convenience init(_ arguments: [String]) throws { try self.init(command: [Self.path] + arguments) }

  init(command: [String]) throws {
    var ends: [Int32] = [0, 0]
    // A socket pair, because it is close-on-exec from the start: no other child holds our writing end.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno.last("socketpair") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var argv = command.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, command[0], &actions, nil, &argv, environ)
    close(ends[1])
    guard code == 0 else {
      close(ends[0])
      throw Errno(code, "posix_spawn", command[0])
    }
    pid = child
    output = ends[0]
  }

  deinit {
    if status == nil { signal(SIGKILL) }
    _ = wait()
    close(output)
  }

  /// The next line of its output; nil when it is over.
  func line() -> String? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        return line
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &buffer, buffer.count)
      if count == -1, errno == EINTR { continue }
      guard count > 0 else { return nil }
      pending.append(contentsOf: buffer[..<count])
    }
  }

  func lines() -> [String] {
    var all: [String] = []
    while let line = line() { all.append(line) }
    return all
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// The exit status; 256 and the signal's number for one that was killed.
  func wait() -> Int32 {
    if let status { return status }
    var raw: Int32 = 0
    while waitpid(pid, &raw, 0) == -1, errno == EINTR {}
    let result = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 256 + raw & 0x7F
    status = result
    return result
  }
}
