import CLI
import POSIX

/// The person at this process's standard streams.
struct SystemTerminal: Terminal {
  var columns: Int { StandardStreams.columns }
  var outputIsTerminal: Bool { StandardStreams.isTerminal(1) }
  var outputIsRead: Bool { StandardStreams.outputFailure == nil && StandardStreams.isRead(1) }
  var inputIsTerminal: Bool { StandardStreams.isTerminal(0) }
  var allowsColor: Bool { (ThisProcess.environment("NO_COLOR") ?? "").isEmpty }

  func readLine() -> String? { Swift.readLine() }

  func readSecret(_ prompt: String) -> String? {
    writeError(prompt)
    defer { writeError("\n") }
    return StandardStreams.readSilently()
  }

  func write(_ text: String) { StandardStreams.write(text) }
  func writeError(_ text: String) { StandardStreams.writeError(text) }
}
