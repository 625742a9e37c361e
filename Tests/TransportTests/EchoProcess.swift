import Glibc
import JSON
import POSIX
import RPC
import Synchronization
import TestSupport
import Testing

@testable import Transport

/// A WireEcho process, killed when the value goes if it has not ended by itself.
final class EchoProcess {
  let identifier: pid_t
  /// The other ends of its standard input and output; dropping one closes it.
  var input: FileDescriptor?
  var output: FileDescriptor?
  private var status: Int32?

  /// Runs it with its standard input and output on pipes, or both on one socket, or its input from a file.
  /// `descriptors`: how many it may have open.
  init(
    _ arguments: [String], onSocket: Bool = false, input file: FileDescriptor? = nil, descriptors: Int? = nil
  ) throws {
    let theirs: (input: FileDescriptor, output: FileDescriptor)
    if onSocket {
      let pair = try Self.socketPair()
      (input, output, theirs) = (pair.0, pair.0, (pair.1, pair.1))
    } else {
      let (toThem, fromUs) = try Self.pipe()
      let (toUs, fromThem) = try Self.pipe()
      (input, output, theirs) = (file == nil ? fromUs : nil, toUs, (file ?? toThem, fromThem))
    }
    var command = [Self.executable] + arguments
    if let descriptors {
      command = ["/bin/sh", "-c", "ulimit -n \(descriptors); exec \"$@\"", "sh"] + command
    }
    identifier = try Self.spawn(command, theirs.input, theirs.output)
  }

  /// Serves a socket at a fresh path, and is ready when this returns.
  static func onSocket(_ path: String, descriptors: Int? = nil) throws -> EchoProcess {
    let process = try EchoProcess(["socket", path], descriptors: descriptors)
    try eventually("the server listens") { (try? UnixSocket.connect(to: path, seconds: 1)) != nil }
    return process
  }

  deinit {
    guard status == nil else { return }
    kill(identifier, SIGKILL)
    waitpid(identifier, nil, 0)
  }

  func signal(_ number: Int32) { kill(identifier, number) }

  /// Its exit code, once it has ended within a minute.
  func exitCode() throws -> Int32 {
    var raw: Int32 = 0
    try eventually("the server ends") { waitpid(identifier, &raw, WNOHANG) == identifier }
    status = raw
    return raw & 0x7F == 0 ? raw >> 8 & 0xFF : -(raw & 0x7F)
  }

  /// Its resident memory in KiB.
  func residentMemory() throws -> Int { try field("VmRSS") }

  private func field(_ name: String) throws -> Int {
    let text = try #require(readText("/proc/\(identifier)/status"))
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name) })
    return try #require(Int(line.filter(\.isNumber)))
  }

  /// Milliseconds of processor time it has used.
  func processorTime() throws -> Int {
    let text = try #require(readText("/proc/\(identifier)/stat"))
    let fields = text.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
    return try (#require(Int(fields[11])) + #require(Int(fields[12]))) * 1000 / sysconf(Int32(_SC_CLK_TCK))
  }

  private static var executable: String {
    var space = [UInt8](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &space, space.count)
    let own = String(decoding: space[..<max(0, count)], as: UTF8.self)
    return own[..<(own.lastIndex(of: "/") ?? own.startIndex)] + "/WireEcho"
  }

  private static func spawn(_ command: [String], _ input: FileDescriptor, _ output: FileDescriptor) throws
    -> pid_t
  {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.number, 0)
    posix_spawn_file_actions_adddup2(&actions, output.number, 1)
    var words = command.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var identifier = pid_t()
    let code = posix_spawn(&identifier, command[0], &actions, nil, &words, environ)
    guard code == 0 else { throw Errno(code, "posix_spawn", command[0]) }
    return identifier
  }

  private static func pipe() throws -> (FileDescriptor, FileDescriptor) {
    var ends: [Int32] = [0, 0]
    try retryingInterrupts("pipe") { Glibc.pipe(&ends) }
    return try (closingOnExec(ends[0]), closingOnExec(ends[1]))
  }

  private static func socketPair() throws -> (FileDescriptor, FileDescriptor) {
    var ends: [Int32] = [0, 0]
    try retryingInterrupts("socketpair") {
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    }
    return try (closingOnExec(ends[0]), closingOnExec(ends[1]))
  }

  private static func closingOnExec(_ number: Int32) throws -> FileDescriptor {
    try retryingInterrupts("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) }
    return FileDescriptor(owning: number)
  }
}

func readText(_ path: String) -> String? {
  guard let file = fopen(path, "re") else { return nil }
  defer { fclose(file) }
  var space = [UInt8](repeating: 0, count: 16_384)
  let size = space.count
  return String(decoding: space[..<fread(&space, 1, size, file)], as: UTF8.self)
}

struct NotInTime: Error {
  let what: String
}

/// Asks again every millisecond until the answer is yes, for at most a minute.
func eventually(_ what: String, _ holds: () throws -> Bool) throws {
  let deadline = SystemClock.monotonicNanoseconds() + 60_000_000_000
  while try !holds() {
    guard SystemClock.monotonicNanoseconds() < deadline else { throw NotInTime(what: what) }
    SystemClock.sleep(nanoseconds: 1_000_000)
  }
}

/// Runs the body with the path of a socket in a directory of its own.
func withSocketPath<T>(_ body: (String) throws -> T) throws -> T {
  var template = Array("/tmp/wire-XXXXXX".utf8CString)
  guard let made = mkdtemp(&template) else { throw Errno.last("mkdtemp") }
  let directory = String(cString: made)
  defer {
    for name in ["s", "s.lock"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }
  return try body("\(directory)/s")
}

extension LineClient {
  /// Sends a message and answers the next one that arrives.
  func call(_ message: [UInt8]) throws -> [UInt8] {
    try send(message)
    return try receive()
  }

  /// A request of one of the toy's methods with its number as id; the answer's text.
  func ask(_ method: String, _ params: JSONObject = [:], id: Int = 1) throws -> String {
    String(decoding: try call(Reply.request(method, params: params, id: .int(id))), as: UTF8.self)
  }

  /// Has the server take a call that it answers in `milliseconds`; returns when it has.
  func postLate(_ milliseconds: Int, id: Int) throws {
    let late = Reply.request("later", params: ["ms": .int(milliseconds)], id: .int(id))
    let ping = Reply.request("ping", params: [:], id: 0)
    #expect(try call([0x5B] + late + [0x2C] + ping + [0x5D]) == Array("[\(pong(0))]".utf8))
  }

  func post(_ method: String, _ params: JSONObject = [:], id: Int) throws {
    try send(Reply.request(method, params: params, id: .int(id)))
  }

  func text() throws -> String { String(decoding: try receive(), as: UTF8.self) }
}

func pong(_ id: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"# }
