import JSON
import POSIX

/// `berth-bench [NAME…] [--json] [--quick]`: what a served directory costs, beside what it would cost a C
/// program on the same machine in the same minute.
@main
enum BenchMain {
  /// Nothing here may take longer.
  private static let limitSeconds = 600

  private static let usage = """
    usage: berth-bench [NAME…] [--json] [--quick]
    Measures the berth binary beside it, on temporary directories under TMPDIR. Without names, all:

    """

  static func main() {
    Signals.ignoreFailedWrites()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.count == 2, arguments[0] == "echo" {
      _ = try? EchoServer.run(at: arguments[1])
      ThisProcess.exit(1)
    }
    let names = arguments.filter { !$0.hasPrefix("-") }
    let options = Set(arguments.filter { $0.hasPrefix("-") })
    let known = Set(Measurement.all.map(\.name))
    guard options.isSubset(of: ["--json", "--quick"]), known.isSuperset(of: names) else {
      let lines = Measurement.all.map { "  \($0.name)\n      \($0.summary)\n" }
      StandardStreams.writeError(usage + lines.joined())
      ThisProcess.exit(3)
    }
    do {
      let chosen = Measurement.all.filter { names.isEmpty || names.contains($0.name) }
      let rows = try rows(chosen, options.contains("--quick") ? .quick : .whole)
      let table = MeasurementTable(rows: rows)
      StandardStreams.write(options.contains("--json") ? table.json.text + "\n" : table.text)
      ThisProcess.exit(rows.contains { $0.isMet == false } ? 1 : 0)
    } catch {
      StandardStreams.writeError("berth-bench: \(error)\n")
      ThisProcess.exit(2)
    }
  }

  /// Removes what it made, also when it is told to end before its time or takes too long.
  private static func rows(_ measurements: [Measurement], _ scale: Bench.Scale) throws -> [Row] {
    let signals = try Signals(Signals.ending)
    let root = try Directory.makeTemporary(prefix: "berth-bench-")
    defer { try? Directory.removeTree(root) }
    _ = try BackgroundTask { [descriptor = signals.descriptor] in
      _ = try? ThisProcess.waitReadable([descriptor], milliseconds: limitSeconds * 1000)
      Children.endAll()
      try? Directory.removeTree(root)
      StandardStreams.writeError("berth-bench: ended before it was done\n")
      ThisProcess.exit(2)
    }
    return try Program.echo(in: root, "echo") { echo in
      let bench = try Bench(root: root, scale: scale, echo: echo)
      return try measurements.flatMap { measurement in
        StandardStreams.writeError("measuring \(measurement.name)\n")
        return try measurement.run(bench)
      }
    }
  }
}
