import POSIX

/// The mark by which a job is known: whose it is, of which attempt, and of which life of that.
struct SlurmComment {
  let owner: String
  let attempt: String
  let mark: String

  static let prefix = "berth:"

  /// The agent whose state this is; `-` where nobody has said.
  static func owner(state: String) -> String {
    guard let bytes = try? FileDescriptor.contents(of: state + "/agent"), !bytes.isEmpty else { return "-" }
    return String(decoding: bytes, as: UTF8.self)
  }

  var text: String { "\(Self.prefix)\(owner):\(attempt):\(mark)" }

  /// The job's name. Whoever cancels by number names it too: a controller that has lost its state gives the number to another
  /// job, perhaps while we ask.
  var jobName: String { "berth-\(attempt)-\(mark)" }

  init(owner: String, attempt: String, mark: String) {
    self.owner = owner
    self.attempt = attempt
    self.mark = mark
  }

  /// Nil for a comment that is none of ours.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard text.hasPrefix(Self.prefix), parts.count == 4 else { return nil }
    self.init(owner: parts[1], attempt: parts[2], mark: parts[3])
  }

  /// Whether its attempt is over and forgotten here, so that nobody looks after the job any more.
  func isStray(owner: String, state: String) -> Bool {
    guard owner == self.owner, owner != "-" else { return false }
    let known = try? FileDescriptor.contents(of: "\(state)/attempts/\(attempt)/slurm/mark")
    return known.flatMap(\.self).map { String(decoding: $0, as: UTF8.self) } != mark
  }
}
