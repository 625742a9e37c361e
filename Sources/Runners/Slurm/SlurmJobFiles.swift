import POSIX

/// The files by which an attempt's supervisor and its Slurm job speak to each other, on a file system both see:
/// `STATE/attempts/12.3/slurm`.
///
/// `claim` decides who has the attempt: a job links it before it runs the program, the supervisor before it says that
/// no job ever will. A link is made once, whatever else is lost: so the program runs at most once though the
/// controller starts a job twice, and is known never to run though the controller cannot be asked.
struct SlurmJobFiles {
  let directory: String
  private let attempt: AttemptSite

  init(_ site: AttemptSite) {
    directory = site.directory + "/slurm"
    attempt = site
  }

  // MARK: - The name of its jobs

  /// Of this attempt's directory alone: another agent, or a later life of this one, may have an attempt of the
  /// same number.
  var comment: String {
    let owner = SlurmComment.owner(state: attempt.state)
    return SlurmComment(owner: owner, attempt: "\(attempt.order.name)", mark: text("mark") ?? "").text
  }

  private func writeMark() throws {
    guard text("mark") == nil else { return }
    let mark = try RandomBytes.make(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
      .joined()
    try Directory.replace(directory + "/mark", with: Array(mark.utf8), durably: false)
  }

  // MARK: - Scripts

  var script: String { directory + "/job" }
  var output: String { directory + "/out" }
  /// A pipe, which wakes the supervisor when the job is on its machine.
  var stopNotification: String { directory + "/bell" }

  /// Returns when a job that is submitted finds all it needs.
  func write() throws {
    try Directory.makePath(directory, durably: false)
    try writeMark()
    let scripts = SlurmScripts(site: attempt, directory: directory)
    _ = try FileDescriptor.open(output, .append)
    try Directory.replace(directory + "/program", with: Array(try scripts.program.utf8), durably: false)
    try Directory.replace(script, with: Array(scripts.job.utf8), durably: false)
  }

  // MARK: - The claim

  enum Claim: Equatable {
    case free
    /// By the job of that number, on that node.
    case job(Int, node: String)
    /// By a supervisor: no job runs the program any more.
    case barred
  }

  private static let bar = "barred"

  var claim: Claim {
    guard let words = text("claim")?.split(separator: " "), let first = words.first else { return .free }
    guard let id = Int(first) else { return .barred }
    return .job(id, node: words.count > 2 ? String(words[2]) : "")
  }

  /// Takes the claim when it is free, and answers whose it is then.
  func takeClaim() throws(Errno) -> Claim {
    if claim != .free { return claim }
    try Directory.makePath(directory, durably: false)
    let folder = try Directory(directory)
    let name = "claim.keeper"
    try folder.open(name, .replace).write(line: Self.bar)
    do throws(Errno) { try folder.link(name, into: folder, as: "claim") } catch {
      guard error.code == Errno.exists else { throw error }
    }
    return claim
  }

  // MARK: - What the job says

  /// The program's exit code, once it has ended.
  var ended: Int? { text("ended").flatMap { Int($0) } }

  enum Refusal: String {
    case absent
    case notExecutable
  }

  /// Why the job could not run the program.
  var refusal: Refusal? { text("refusal").flatMap { Refusal(rawValue: $0) } }

  // MARK: - What the job is told

  /// Has the job send SIGTERM, or SIGKILL, to the program itself: for when the controller does not.
  func ask(for order: Ask) {
    try? Directory.replace("\(directory)/\(order.rawValue)", with: [], durably: false)
  }

  enum Ask: String {
    case terminate = "stop"
    case kill
  }

  private func text(_ name: String) -> String? {
    // Opened anew each time: a network file system looks at the server then.
    guard let bytes = try? FileDescriptor.contents(of: "\(directory)/\(name)") else { return nil }
    return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
  }
}

extension FileDescriptor {
  fileprivate func write(line: String) throws(Errno) {
    do throws(ShortWrite) { try write(Array("\(line)\n".utf8), at: 0) } catch { throw error.cause }
  }
}
