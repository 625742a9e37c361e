import POSIX

/// An engine's account of a container.
struct ContainerInspection: Equatable {
  let id: String
  let status: String
  let exitCode: Int
  let process: Int32
  let wasOutOfMemory: Bool
  /// The attempt's directory it was labelled with.
  let directory: String

  private static let format =
    "{{.Id}} {{.State.Status}} {{.State.ExitCode}} {{.State.Pid}} {{.State.OOMKilled}} "
    + "{{index .Config.Labels \"berth.directory\"}}"

  /// Nil when there is no container of that name or id.
  init?(of name: String, by engine: ContainerEngine) throws(RunFailure) {
    let answer = try engine.ask(["container", "inspect", "--format", Self.format, name])
    if answer.code != 0 {
      guard answer.errors.lowercased().contains("no such container") else {
        throw RunFailure(
          exitCode: 125,
          "\(engine.dialect) could not tell of the container \(name): \(EngineSentence.essence(answer.errors))."
        )
      }
      return nil
    }
    let words = answer.line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
    guard words.count == 6, let exitCode = Int(words[2]), let process = Int32(words[3]) else { return nil }
    id = String(words[0])
    status = String(words[1])
    self.exitCode = exitCode
    self.process = process
    wasOutOfMemory = words[4] == "true"
    directory = String(words[5])
  }

  /// True when its program ran and runs no more.
  var hasEnded: Bool { ["exited", "stopped", "dead"].contains(status) }
  var isRunning: Bool { ["running", "paused", "stopping", "removing"].contains(status) }
}
