/// The sentences for a person whose container could not be run.
enum EngineSentence {
  static func notBrought(_ path: String, by engine: ContainerEngine, _ answer: ContainerEngine.Answer)
    -> RunFailure
  {
    let words = answer.errors + answer.output
    if words.contains("no space left") { return noSpace(engine) }
    return RunFailure(
      exitCode: 125,
      "\(engine.dialect) could not bring in the image \(path): \(essence(words)); see that it is whole, as "
        + "`\(engine.dialect) load -i` tells.")
  }

  private static func noSpace(_ engine: ContainerEngine) -> RunFailure {
    RunFailure(
      exitCode: 125,
      "The image store of \(engine.dialect) has no room on this node: free some, as by `\(engine.dialect) image prune`."
    )
  }

  static func isImageGone(_ words: String) -> Bool {
    ["image not known", "No such image", "no such image", "unable to find a name and tag match"]
      .contains(where: words.contains)
  }

  /// Why `run` was refused; `code` is its exit code.
  static func notRun(
    _ code: Int, _ words: String, image: String, program: String?, by engine: ContainerEngine
  )
    -> RunFailure
  {
    if isImageGone(words) {
      return RunFailure(
        exitCode: 127,
        "There is no image \(image) on this node: pull or load it there, or name an archive by its path.")
    }
    if let refused = inner(words, program: program) { return refused }
    if words.contains("container-init") || words.contains("docker-init") {
      return RunFailure(
        exitCode: 125, "The node lacks the init that containers are run under: install catatonit there.")
    }
    if words.contains("no space left") { return noSpace(engine) }
    if words.contains("memory limit") {
      return RunFailure(
        exitCode: 125,
        "A container cannot be started in so little required_ram: ask for more; \(engine.dialect) said: "
          + "\(essence(words)).")
    }
    return RunFailure(
      exitCode: (125...127).contains(code) ? code : 125,
      "\(engine.dialect) could not run it on this node: \(essence(words)); try `\(engine.dialect) run` there."
    )
  }

  private static let marks = [
    "(catatonit:", "[FATAL tini", "executable file", "exec: ", "OCI runtime attempted to invoke",
  ]

  /// In lower case; something of each complaint.
  private static let suspicions =
    marks.map { $0.lowercased() } + ["err", "fatal", "warn", "level=", "failed", "conmon", "runc", "crun"]

  /// False for words that are certainly a program's: nothing in them looks like the engine, its runtime or its
  /// init having failed.
  static func mayBeComplaint(_ words: String) -> Bool {
    let lower = words.lowercased()
    return suspicions.contains(where: lower.contains)
  }

  /// Where the init, or the runtime, could not execute the program in the image; nil: it is not that.
  static func inner(_ words: String, program: String?) -> RunFailure? {
    guard marks.contains(where: words.contains) else { return nil }
    let name = program.map { "the program \($0)" } ?? "the image's own program"
    let lower = words.lowercased()
    if lower.contains("exec format error") {
      return RunFailure(
        exitCode: 126,
        "In the image \(name) is not built for this node's machine: use an image for it, or another node.")
    }
    if lower.contains("permission denied") {
      return RunFailure(
        exitCode: 126, "In the image \(name) may not be executed: chmod +x it, or correct the command.")
    }
    if lower.contains("no such file") || lower.contains("not found") {
      return RunFailure(
        exitCode: 127,
        "The image has not \(name), or not its interpreter: correct the command, or add it to the image.")
    }
    return nil
  }

  /// The last thing said that is an error, without what log lines are dressed in.
  static func essence(_ words: String) -> String {
    let lines = words.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
    guard let line = lines.last(where: { $0.hasPrefix("Error") }) ?? lines.last else {
      return "it gave no reason"
    }
    var text = line.trimmingPrefix("Error: ")
    if let range = text.firstRange(of: "msg=\"") {
      text = text[range.upperBound...]
      if text.hasSuffix("\"") { text = text.dropLast() }
    }
    while text.last == "." { text = text.dropLast() }
    let whole = text.replacing("\\\"", with: "\"")
    return whole.count > 400 ? whole.prefix(400) + "…" : String(whole)
  }
}
