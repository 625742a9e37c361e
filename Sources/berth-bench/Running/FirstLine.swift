import POSIX

extension Measurement {
  /// From the request to the first line in the log, beside starting the same and reading its first line from a pipe.
  static let firstLine = Measurement(
    name: "first-line",
    summary: "deployments.create to the program's first line, as a process and with podman"
  ) { bench in
    let rounds = 20 * bench.scale.effort
    var rows = [try process(bench, rounds: rounds)]
    guard let podman = try Containers(bench.root + "/podman") else {
      StandardStreams.writeError("podman, runc, catatonit or busybox is not there: not measured\n")
      return rows
    }
    defer { podman.remove() }
    rows.append(try container(bench, podman, rounds: 6 * bench.scale.effort))
    return rows
  }

  private static let shell = "/bin/sh"
  private static let words = ["-c", "echo started"]

  private static func process(_ bench: Bench, rounds: Int) throws -> Row {
    try AgentSite.with(bench.root + "/first-line", cores: 1000) { agents in
      let line = agents.creation(shell, words)
      let (bare, ours) = try FirstLine.compared(agents, line, rounds: rounds) {
        try FirstLine.ofProcess(shell, words)
      }
      return Row(
        "create to first line, process", .milliseconds, ours, floor: bare.median, target: .above(atMost: 5))
    }
  }

  private static func container(_ bench: Bench, _ podman: Containers, rounds: Int) throws -> Row {
    try AgentSite.with(
      bench.root + "/first-line-podman", cores: 1000, words: ["--runner", "podman"],
      environment: podman.environment
    ) { agents in
      let words = ["/bin/sh"] + words
      let line = agents.creation(Containers.image, words)
      let options = ["run", "--rm", "--init", "--pull=never", Containers.image]
      let (bare, ours) = try FirstLine.compared(agents, line, rounds: rounds) {
        try FirstLine.ofProcess("/usr/bin/podman", options + words, environment: podman.environment)
      }
      return Row(
        "create to first line, podman", .milliseconds, ours, floor: bare.median, target: .above(atMost: 20))
    }
  }
}

/// The wait for the first that a program says.
private enum FirstLine {
  /// One at a time and in turns: what the one before leaves to do is not the next one's.
  static func compared(
    _ agents: AgentSite, _ line: [UInt8], rounds: Int, bare body: () throws -> ChildProcess
  ) throws -> (bare: Samples, ours: Samples) {
    var (bare, ours) = (Samples(), Samples())
    let logs = agents.site.directory + "/logs"
    try Directory.makePath(logs)
    let watch = try FileWatch()
    // For the directory of each deployment's log.
    _ = try watch.watch(contentsIn: logs)
    for round in 0...rounds {
      var (one, other) = (Samples(), Samples())
      let bareProcess = try one.time(body)
      // Its end is not measured.
      _ = try bareProcess.wait()
      Children.end(bareProcess)
      try other.time { try inLog(try agents.create(line), watch) }
      try agents.waitUntilIdle()
      SystemClock.sleep(nanoseconds: 10_000_000)
      // The first ones find nothing warm.
      guard round > 0 else { continue }
      bare.add(one.median)
      ours.add(other.median)
    }
    return (bare, ours)
  }

  static func ofProcess(_ path: String, _ arguments: [String], environment: [String: String]? = nil) throws
    -> ChildProcess
  {
    let pipe = try AnonymousPipe()
    let process = try Children.start(
      path, arguments, environment: environment, output: .descriptor(pipe.writing))
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
    defer { room.deallocate() }
    guard case .bytes = pipe.reading.readSome(into: room) else { throw BenchFailure("\(path) said nothing") }
    return process
  }

  /// Sleeps until the kernel tells of a change: a look every few microseconds would take one of few processors from
  /// what is measured.
  static func inLog(_ path: String, _ watch: FileWatch) throws {
    let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    let deadline = SystemClock.monotonicNanoseconds() + 30_000_000_000
    var subject: FileWatch.Subject?
    defer { if let subject { watch.forget(subject) } }
    while true {
      // Watched first and looked at then, so that nothing comes unseen.
      if subject == nil { subject = try? watch.watch(contentsIn: parent) }
      if subject != nil, let file = try? FileDescriptor.open(path, .read), try file.status().size > 0 {
        return
      }
      let left = deadline - SystemClock.monotonicNanoseconds()
      guard left > 0 else { throw BenchFailure("nothing in \(path)") }
      _ = try ThisProcess.readable(of: watch.descriptors, milliseconds: left / 1_000_000 + 1)
      _ = try watch.drain()
    }
  }
}
