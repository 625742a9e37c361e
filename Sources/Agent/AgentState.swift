import JSON
import POSIX
import Runners

/// The agent's files: what outlives it, and by which it and the supervisors speak to each other.
///
/// ```
/// lock                     held by the one agent of this state
/// agent                    its id, the same after a restart
/// lease.json               until when programs may go on without a word from the server
/// attempts/12.3/           an attempt's own; see AttemptFiles
/// attempts/12.3/order      room for its stop order
/// reports/12.3.json        what the attempt's supervisor says of it
/// logs/12/3.log            output, where the server cannot read it itself
/// ```
struct AgentState {
  let path: String
  private let lock: FileDescriptor
  let agentID: String
  /// No agent had it before: the server has let another one's lease pass first.
  let isNew: Bool

  /// Makes what is not there. Refused while another agent has the state.
  init(_ path: String) throws {
    self.path = path
    for name in ["attempts", "reports"] { try Directory.makePath("\(path)/\(name)") }
    lock = try FileDescriptor.open(path + "/lock", .replace)
    guard try FileLock.tryLock(lock, range: 0..<1) else {
      throw AgentFailure.here(
        "Another agent of this node runs here, with its state in \(path): stop that one.")
    }
    // One for each run of the machine: what was written before its fall may be lost, so the server is not to take the
    // agent after it for one that knows what was begun.
    let run = "." + BootClock.bootID.prefix(8)
    let known = try FileDescriptor.contents(of: path + "/agent").map { String(decoding: $0, as: UTF8.self) }
    if let known, known.hasSuffix(run) {
      agentID = known
      isNew = false
    } else {
      isNew = true
      agentID =
        try RandomBytes.make(8).map { byte in
          (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined() + run
      try Directory.replace(path + "/agent", with: Array(agentID.utf8))
    }
  }

  /// False once somebody has removed it, and perhaps made another.
  var isThere: Bool {
    guard let now = try? Directory(path).status(of: "lock") else { return false }
    return (try? lock.status().inode) == now.inode && FileKind(of: reports) == .directory
  }

  var reports: String { path + "/reports" }
  func directory(of name: AttemptName) -> String { "\(path)/attempts/\(name)" }

  func writeLease(deadline: Double) throws {
    try LeaseDeadline(bootID: BootClock.bootID, deadline: deadline).write(to: path + "/lease.json")
  }

  // MARK: - Attempts

  /// Those that an earlier run of the agent has left, whole ones alone: what was not handed over yet is ordered again.
  func attempts() throws -> [AttemptName] {
    var found: [AttemptName] = []
    for text in try Directory(path + "/attempts").names() {
      guard let name = AttemptName(text) else { continue }
      let files = directory(of: name)
      guard FileKind(of: files + "/assignment.json") == .file || FileKind(of: files + "/started") == .file
      else {
        try Directory.removeTree(files)
        continue
      }
      found.append(name)
    }
    try dropReports(besides: found)
    return found
  }

  private func dropReports(besides attempts: [AttemptName]) throws {
    let kept = Set(attempts.map { "\($0).json" })
    let directory = try Directory(reports)
    for name in try directory.names() where !kept.contains(name) { try? directory.remove(name) }
  }

  /// The assignment comes last: an attempt is there when it is.
  func make(_ assignment: Assignment) throws {
    let files = directory(of: assignment.order.name)
    try Directory.makePath(files + "/hints", durably: false)
    // What has to be said later is said even if the disk is full then.
    try reserve("\(reports)/\(assignment.order.name).json")
    try reserve(files + "/order")
    try Directory.replace(
      files + "/assignment.json", with: JSONValue.object(assignment.json).bytes, durably: false)
  }

  private func reserve(_ path: String) throws {
    try FileDescriptor.open(path, .replace).write([0x0A], at: 0)
  }

  /// Appears as a whole, even on a full disk the first time.
  func order(_ stop: JSONObject, of name: AttemptName) throws {
    try writeOrder(JSONValue.object(stop).bytes, in: try Directory(directory(of: name)))
    StopNotification.ring(directory(of: name))
  }

  private func writeOrder(_ bytes: [UInt8], in attempt: Directory) throws {
    do {
      let reserved = try attempt.open("order", .readWrite)
      try reserved.write(bytes, at: 0)
      try reserved.truncate(to: bytes.count)
    } catch {
      return try Directory.replace(attempt.path + "/hints/stop.json", with: bytes, durably: false)
    }
    try attempt.rename("order", to: "hints/stop.json")
  }

  func stopOrder(of name: AttemptName) -> JSONObject? { object(directory(of: name) + "/hints/stop.json") }

  func report(of name: AttemptName) -> AttemptReport? {
    object("\(reports)/\(name).json").flatMap { AttemptReport($0) }
  }

  func isStarted(_ name: AttemptName) -> Bool { FileKind(of: directory(of: name) + "/started") == .file }

  /// What the program wrote last, one line; nil when it wrote nothing that can be passed on. It may have put anything
  /// in the file's place.
  func checkpoint(of name: AttemptName) -> String? {
    guard let file = try? FileDescriptor.open(directory(of: name) + "/hints/checkpoint", .read),
      let bytes = try? file.read(0..<Self.checkpointBytes)
    else { return nil }
    let line = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    guard !line.isEmpty, line.unicodeScalars.count <= 4096,
      !line.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
    else { return nil }
    return line
  }

  /// More than the longest reference takes.
  private static let checkpointBytes = 4 * 4096 + 2

  /// Why its last supervisor gave up, when it said so.
  func complaint(of name: AttemptName) -> String? {
    (try? FileDescriptor.contents(of: directory(of: name) + "/complaint")).flatMap { bytes in
      bytes.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Whether no supervisor is with the attempt.
  func isUnkept(_ name: AttemptName) -> Bool {
    guard let file = try? FileDescriptor.open(directory(of: name) + "/lock", .readWrite) else { return true }
    return (try? FileLock.tryLock(file, range: 0..<1)) ?? false
  }

  /// The directory goes first: one without a report would be an attempt that still has to end.
  func forget(_ name: AttemptName) {
    try? Directory.removeTree(directory(of: name))
    try? Directory(reports).remove("\(name).json")
  }

  private func object(_ path: String) -> JSONObject? {
    guard let bytes = try? FileDescriptor.contents(of: path) else { return nil }
    return (try? JSONParser.parse(bytes))?.object
  }
}
