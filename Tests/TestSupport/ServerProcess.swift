import Glibc
import POSIX
import RPC
import Transport

/// A real `berth serve`, on standard streams or on a socket. Stopped at the latest with its sandbox.
package final class ServerProcess {
  package enum Way: Sendable, CaseIterable {
    case stdio
    case socket
  }

  package struct Settings: Sendable {
    package var way = Way.socket
    /// Bytes of journal after which a snapshot is made; nil: as usual.
    package var snapshotAfter: Int?
    package var environment: [String: String] = [:]
    /// Seconds that an agent may be silent; nil: as usual.
    package var lease: Double?
    /// Bytes kept of an attempt's output that is sent; nil: as usual.
    package var logLimit: Int?
    package var passwordCost = 1
    /// Where it listens; nil: in the data directory.
    package var socket: String?
    /// Bytes that a file of the process may have (RLIMIT_FSIZE); nil: any.
    package var fileSizeLimit: Int?
    /// What it has none of; nil: it has both.
    package var lacking: InotifyLimit?

    package init(_ way: Way = .socket, snapshotAfter: Int? = nil) {
      self.way = way
      self.snapshotAfter = snapshotAfter
    }
  }

  package let settings: Settings
  package let socket: String
  private let data: String
  private let environment: [String: String]
  private let logPath: String
  package private(set) var process: ChildProcess
  /// The server's standard input and output, ours to write and read.
  private var streams: (input: FileDescriptor, output: FileDescriptor)?

  package init(_ settings: Settings, data: String, environment: [String: String], log: String) throws {
    self.settings = settings
    self.data = data
    self.environment = environment.merging(settings.environment) { $1 }
    socket = settings.socket ?? data + "/berth.sock"
    logPath = log
    (process, streams) = try Self.start(settings, data, self.environment, log)
  }

  private static func start(
    _ settings: Settings, _ data: String, _ environment: [String: String], _ log: String
  ) throws -> (ChildProcess, (FileDescriptor, FileDescriptor)?) {
    var arguments = ["serve", "--data", data, "--password-cost", "\(settings.passwordCost)"]
    if settings.way == .stdio { arguments.append("--stdio") }
    if let socket = settings.socket { arguments += ["--socket", socket] }
    if let bytes = settings.logLimit { arguments += ["--log-limit", "\(bytes)"] }
    if let seconds = settings.lease { arguments += ["--lease", "\(seconds)"] }
    if let bytes = settings.snapshotAfter { arguments += ["--snapshot-after", "\(bytes)"] }
    var program = try BerthBinary.path
    if let limit = settings.fileSizeLimit {
      (program, arguments) = withFileSizeLimit(limit, program, arguments)
    }
    if let lacking = settings.lacking {
      (program, arguments) = withoutInotify(lacking, program, arguments)
    }
    let errors = ChildProcess.Stream.descriptor(try Self.append(to: log))
    guard settings.way == .stdio else {
      let process = try ChildProcess(
        program, arguments, environment: environment, input: .null, output: errors, errors: errors)
      return (process, nil)
    }
    let input = try Pipe(in: log + ".pipe")
    let output = try Pipe(in: log + ".pipe")
    let process = try ChildProcess(
      program, arguments, environment: environment, input: .descriptor(input.reading),
      output: .descriptor(output.writing), errors: errors)
    return (process, (input.writing, output.reading))
  }

  private static func append(to log: String) throws -> FileDescriptor {
    let number = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw Errno(errno, "open", log) }
    return FileDescriptor(owning: number)
  }

  /// A connection, as soon as the server takes one; on standard streams there is but one.
  package func connect(framing: Framing = .lines, checkedOneIn: Int = 1) throws -> CheckedClient {
    CheckedClient(try line(framing: framing), checkedOneIn: checkedOneIn)
  }

  package func line(framing: Framing = .lines, timeoutSeconds: Double = patience) throws -> LineClient {
    if let streams {
      return LineClient(
        reading: streams.output, writing: streams.input, framing: framing, timeoutSeconds: timeoutSeconds)
    }
    var client: LineClient?
    try eventually("a connection to \(socket)") {
      if let end = try process.poll() { throw ContractBreach("the server ended: \(end), \(log)") }
      client = try? LineClient(connectingTo: socket, framing: framing, timeoutSeconds: timeoutSeconds)
      return client != nil
    }
    guard let client else { throw ContractBreach("no connection") }
    return client
  }

  /// What it wrote to standard error, and on a socket to standard output.
  package var log: String {
    let bytes = (try? FileDescriptor.contents(of: logPath)) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Closes our ends of its standard streams: the end of its input, once no client holds them either.
  package func closeStreams() { streams = nil }

  /// Writes `bytes` to its standard input and ends that; its answers are read from what is returned.
  package func finish(with bytes: [UInt8]) throws -> LineClient {
    guard let (input, output) = streams else { throw ContractBreach("it has no standard streams") }
    let nowhere = try FileDescriptor.open("/dev/null", .readWrite)
    let reader = LineClient(reading: output, writing: nowhere)
    try LineClient(reading: nowhere, writing: input).sendRaw(bytes)
    streams = nil
    return reader
  }

  package func signal(_ number: Int32) { process.signal(number) }

  /// Waits for its end, but not for ever.
  package func end(within seconds: Double = patience) throws -> ChildProcess.End {
    var end: ChildProcess.End?
    try eventually(within: seconds, "the end of the server") {
      end = try process.poll()
      return end != nil
    }
    return end ?? .killed(signal: 0)
  }

  /// Asks it to end, and answers how it did.
  @discardableResult
  package func stop() throws -> ChildProcess.End {
    signal(SIGTERM)
    return try end()
  }

  /// Ends it at once, as a crash would.
  package func kill() throws {
    signal(SIGKILL)
    streams = nil
    try process.wait()
  }

  /// Starts it anew with the same settings; it has ended.
  package func restart() throws {
    (process, streams) = try Self.start(settings, data, environment, logPath)
  }

  /// Files, sockets and pipes it has open.
  package var descriptorCount: Int {
    get throws { try Directory("/proc/\(process.id)/fd").names().count }
  }

  /// Instances of inotify that it has.
  package var inotifyCount: Int {
    get throws {
      let folder = try Directory("/proc/\(process.id)/fd")
      var link = [CChar](repeating: 0, count: 64)
      return try folder.names().count { name in
        let count = readlink(folder.path(of: name), &link, link.count)
        return String(decoding: link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
          == "anon_inode:inotify"
      }
    }
  }

  /// Bytes of memory it has in use.
  package var residentBytes: Int {
    get throws {
      let status = String(decoding: try readProc("/proc/\(process.id)/statm"), as: UTF8.self)
      return (status.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
  }
}

/// A file of /proc, whose size is not told before it is read.
private func readProc(_ path: String) throws -> [UInt8] {
  let file = try FileDescriptor.open(path, .read)
  return try file.read(0..<4096)
}
