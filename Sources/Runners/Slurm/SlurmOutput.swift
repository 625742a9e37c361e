import POSIX

/// A carrier of what a job writes into its file, to the supervisor's pipe; it gives back the blocks it has taken.
///
/// The supervisor empties the pipe on the thread that fills it here: never more is written than fits without
/// waiting. How far it came is kept beside the file, so that another supervisor goes on from there.
final class SlurmOutput {
  private let path: String
  private let pipe: FileDescriptor
  private let poller: Poller?
  private var file: FileDescriptor?
  private var note: FileDescriptor?
  /// In the pipe up to here.
  private var written = 0
  private var grewAt = Int.min / 2
  /// Out of the pipe up to here, and so in the log.
  private var taken = 0
  /// Given back up to here.
  private var punched = 0

  private static let chunk = 4096
  private static let worthPunching = 1 << 20

  init(_ path: String, to pipe: FileDescriptor) {
    self.path = path
    self.pipe = pipe
    poller = try? Poller()
    _ = try? poller?.add(pipe.number, token: 0, [.read, .write])
  }

  /// True when what is in the pipe should soon be noted as taken: another supervisor would copy it again.
  var isUnsettled: Bool { written > taken }

  /// True while a program writes now and then: who reads along should not wait long.
  var isGrowing: Bool { SystemClock.monotonicNanoseconds() < grewAt + 10_000_000_000 }

  /// Copies what fits; true when there is more.
  func copy() -> Bool {
    guard open(), let file else { return false }
    settle()
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    while state().contains(.write) {
      let count = (try? buffer.withUnsafeMutableBytes { try file.read(into: $0, at: written) }) ?? 0
      guard count > 0 else { return false }
      // A pipe with room takes as much as PIPE_BUF at once (pipe(7)).
      let result = buffer.withUnsafeBytes { pipe.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      written += result.written
      grewAt = SystemClock.monotonicNanoseconds()
      guard result.failure == nil else { return false }
    }
    return true
  }

  /// A network file system tells the file's size anew when it is opened.
  func reopen() {
    // How far an earlier supervisor came is read first.
    guard open() else { return }
    settle()
    file = (try? FileDescriptor.open(path, .readWrite)) ?? file
  }

  private func open() -> Bool {
    if file != nil { return true }
    file = try? FileDescriptor.open(path, .readWrite)
    guard file != nil else { return false }
    note = (try? FileDescriptor.open(path + ".taken", .readWrite)) ?? (try? .open(path + ".taken", .create))
    let kept = (try? note?.read(0..<20)) ?? []
    taken = Int(String(decoding: kept.prefix { $0 > 0x20 }, as: UTF8.self)) ?? 0
    (written, punched) = (taken, taken)
    return true
  }

  /// Nothing to read any more: what was written before is in the log.
  private func settle() {
    guard written > taken, !state().contains(.read) else { return }
    taken = written
    let text = String(taken)
    try? note?.write(Array((text + String(repeating: " ", count: 20 - text.utf8.count)).utf8), at: 0)
    guard taken - punched >= Self.worthPunching else { return }
    // Where the file system cannot, the file stays as long as the attempt.
    try? file?.punchHole(punched / Self.chunk * Self.chunk..<taken / Self.chunk * Self.chunk)
    punched = taken
  }

  private func state() -> Poller.Interest {
    var found: Poller.Interest = []
    try? poller?.wait(milliseconds: 0) { _, interest in found = interest }
    return found
  }
}
