import JSON
import Model
import POSIX

/// The files by which an attempt's supervisor and the agent speak to each other.
struct AttemptFiles {
  /// The attempt's own, absolute: `STATE/attempts/12.3`.
  let directory: String
  private let state: String
  private let name: String

  /// Nil when the path is none of an attempt in an agent's directory.
  init?(_ path: String) {
    let parts = path.split(separator: "/")
    guard path.hasPrefix("/"), parts.count > 2, AttemptName(String(parts[parts.count - 1])) != nil else {
      return nil
    }
    directory = "/" + parts.joined(separator: "/")
    name = String(parts[parts.count - 1])
    state = "/" + parts.dropLast(2).joined(separator: "/")
  }

  var hints: String { directory + "/hints" }
  var output: String { directory + "/output" }
  var stopNotification: String { StopNotification.path(directory) }
  private var report: String { "\(state)/reports/\(name).json" }
  private var marker: String { directory + "/started" }

  /// The lock of the attempt's one supervisor, held as long as the file is open; nil when another holds it.
  ///
  /// Of a supervisor that was killed a child may hold it that has not come from fork to exec yet: that is waited for.
  func lock() throws(Errno) -> FileDescriptor? {
    let file = try FileDescriptor.open(directory + "/lock", .replace)
    for _ in 0..<50 {
      if try FileLock.tryLock(file, range: 0..<1) { return file }
      SystemClock.sleep(nanoseconds: 5_000_000)
    }
    return nil
  }

  func assignment() -> Assignment? { object(directory + "/assignment.json").flatMap { Assignment($0) } }

  func stopOrder() -> StopRequest? { object(hints + "/stop.json").map { StopRequest($0) } }

  func lease() -> LeaseDeadline? { LeaseDeadline(at: state + "/lease.json") }

  /// False once somebody has removed it: its agent knows nothing of the attempt any more.
  var isThere: Bool { FileKind(of: directory + "/lock") == .file }

  private func object(_ path: String) -> JSONObject? {
    guard let bytes = try? FileDescriptor.contents(of: path) else { return nil }
    return (try? JSONParser.parse(bytes))?.object
  }

  /// Leaves for the agent why the supervisor cannot go on.
  func complain(_ sentence: String) {
    try? Directory.replace(directory + "/complaint", with: Array(sentence.utf8), durably: false)
  }

  // MARK: - The marker

  enum Marked: Equatable {
    case notYet
    /// Some supervisor came so far; the time may be missing, as it is written after the file is made.
    case earlier(Timestamp?)
  }

  func marked() throws(Errno) -> Marked {
    guard let bytes = try FileDescriptor.contents(of: marker) else { return .notYet }
    return .earlier(Timestamp(String(decoding: bytes, as: UTF8.self)))
  }

  /// Says that the program may run from now on. Fails when it was said before.
  ///
  /// Not synced: it has to outlive supervisors and agents, not the machine. After the machine's fall the agent is another one
  /// (`AgentState`), and nothing that was begun before is begun again under the same number.
  func mark(_ time: Timestamp) throws {
    let file = try FileDescriptor.open(marker, .create)
    try file.write(Array(time.text.utf8), at: 0)
  }

  // MARK: - Reports

  var isReportedEnded: Bool { object(report)?["phase"]?.string == "exited" }

  func reportRunning(since time: Timestamp?, limitation: String?) throws {
    var object: JSONObject = ["phase": "running", "started_at": .optional(time?.text)]
    if let limitation { object.append("limits", .string(limitation)) }
    try write(object)
  }

  func reportEnd(_ end: RunEnd, startedAt: Timestamp?, endedAt: Timestamp) throws {
    var object: JSONObject = [
      "phase": "exited",
      "exit_code": .optional(end.exitCode),
      "message": .optional(end.message),
      "started_at": .optional(startedAt?.text),
      "ended_at": .string(endedAt.text),
    ]
    if end.isFenced { object.append("fenced", true) }
    try write(object)
  }

  /// False when there is nobody to report to any more.
  var canReport: Bool { FileKind(of: state + "/reports") == .directory }

  /// Where the disk is full, into the blocks that the agent has reserved by making the file.
  private func write(_ object: JSONObject) throws {
    let bytes = JSONValue.object(object).bytes
    do {
      try Directory.replace(report, with: bytes, durably: false)
    } catch {
      let file = try FileDescriptor.open(report, .readWrite)
      try file.write(bytes, at: 0)
      try file.truncate(to: bytes.count)
    }
  }
}
