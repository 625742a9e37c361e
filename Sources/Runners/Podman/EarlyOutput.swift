import POSIX

/// The output that comes through the pipe of a container before its engine has said that it runs.
///
/// A program speaks tens of milliseconds before `podman run -d` returns, and is heard at once. What may be the
/// engine's, or the init's that could not execute the program, waits for the engine's end: it is the reason of a
/// refusal then, and no output.
struct EarlyOutput {
  private let output: OutputPump
  /// There once the container is made.
  private let mark: String
  /// The first of them; in the log too when `areKept`.
  private var bytes: [UInt8] = []
  private var areKept = false

  /// Longer than any engine's complaint.
  private static let mostHeld = 4096

  init(_ output: OutputPump, mark: String) {
    self.output = output
    self.mark = mark
  }

  /// Returns when the engine has ended.
  mutating func listen(until engine: ProcessHandle) {
    let watched = [engine.descriptor, output.descriptor]
    while let ready = try? ThisProcess.readable(of: watched, milliseconds: nil) {
      if ready.contains(output.descriptor) { hear() }
      if ready.contains(engine.descriptor) { return }
    }
  }

  private mutating func hear() {
    guard !areKept else { return output.pump() }
    bytes += output.take()
    guard FileKind(of: mark) == .file else { return }
    if bytes.count > Self.mostHeld || !EngineSentence.mayBeComplaint(text) { keep() }
  }

  /// To be called when the engine has ended.
  mutating func hearAll() {
    while case let more = output.take(), !more.isEmpty {
      if areKept { output.keep(more) } else { bytes += more }
    }
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// They are the program's.
  mutating func keep() {
    guard !areKept else { return }
    areKept = true
    output.keep(bytes)
  }
}
