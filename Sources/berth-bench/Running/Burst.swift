import JSON
import POSIX

extension Measurement {
  /// Short programs through two slots, beside task-spooler's time for the same.
  static let burst = Measurement(
    name: "burst", summary: "short deployments through two slots, beside task-spooler"
  ) { bench in
    let count = 200 * bench.scale.effort
    var ours = Samples()
    try AgentSite.with(bench.root + "/burst", cores: 2) { agents in
      // Once uncounted.
      for round in 0..<2 {
        let began = SystemClock.monotonicNanoseconds()
        try agents.create(round == 0 ? 20 : count, agents.creation("/bin/true", []))
        try agents.waitUntilIdle()
        let seconds = Double(SystemClock.monotonicNanoseconds() - began) / 1e9
        if round > 0 { ours.add(Double(count) / seconds) }
      }
    }
    let spooler = try Spooler.rate(count, in: bench.root)
    let title = "\(MeasurementTable.grouped(count)) short deployments, two slots"
    return [Row(title, .rate, ours, floor: spooler)]
  }
}

/// task-spooler, where it is installed.
private enum Spooler {
  /// Programs a second, from the first submission to the last end; nil where there is no `tsp`.
  static func rate(_ count: Int, in root: String) throws -> Double? {
    let program = "/usr/bin/tsp"
    guard FilePermission.mayExecute(program) else {
      StandardStreams.writeError("tsp is not there: not measured beside it\n")
      return nil
    }
    let environment = ["TS_SOCKET": root + "/tsp", "TMPDIR": root, "PATH": "/usr/bin:/bin"]
    let began = SystemClock.monotonicNanoseconds()
    let script = """
      tsp -S 2; i=0
      while [ $i -lt \(count) ]; do tsp true > /dev/null; i=$((i+1)); done
      tsp -w \(count - 2); tsp -w \(count - 1)
      """
    let process = try Children.start("/bin/sh", ["-c", script], environment: environment, output: .null)
    _ = try process.wait()
    let seconds = Double(SystemClock.monotonicNanoseconds() - began) / 1e9
    Children.end(process)
    let last = try Children.start(program, ["-K"], environment: environment, output: .null)
    _ = try last.wait()
    Children.end(last)
    return Double(count) / seconds
  }
}
