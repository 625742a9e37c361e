import POSIX

extension Measurement {
  /// What a server and its agents cost while a hundred deployments run and nothing happens.
  static let idle = Measurement(
    name: "idle", summary: "processor time with 100 running deployments and 20 more agents that wait"
  ) { bench in
    let seconds = bench.scale.effort == 1 ? 10 : 20
    let nodes = ["busy"] + (1...20).map { "waiting-\($0)" }
    return try AgentSite.with(bench.root + "/idle", nodes: nodes, cores: 10) { agents in
      try agents.create(100, agents.creation("/bin/sleep", ["600"], cores: 100))
      try agents.waitUntil("a hundred programs run") { _ in programs(of: agents) == 100 }
      // What starting them has left to do is done then.
      SystemClock.sleep(nanoseconds: 3_000_000_000)
      let groups = [
        ("server", [agents.program.process.id]), ("21 agents", agents.agents.map(\.id)),
        ("their supervisors", supervisors(of: agents)),
      ]
      let before = groups.map { ProcessorTime.nanoseconds(of: $0.1) }
      SystemClock.sleep(nanoseconds: seconds * 1_000_000_000)
      return zip(groups, before).map { group, before in
        let spent = ProcessorTime.nanoseconds(of: group.1) - before
        let share = Double(spent) / Double(seconds) / 1e7
        let target: Row.Target? = group.0.hasSuffix("supervisors") ? nil : .atMost(1)
        return Row("idle, 100 running: \(group.0)", .percent, median: share, target: target)
      }
    }
  }

  /// Children of supervisors; spare supervisors have none.
  private static func programs(of site: AgentSite) -> Int {
    let supervisors = Set(supervisors(of: site))
    return ProcessTable.all().filter { supervisors.contains($0.parent) }.count
  }

  /// What these agents started.
  private static func supervisors(of site: AgentSite) -> [Int32] {
    let agents = Set(site.agents.map(\.id))
    return ProcessTable.all().filter { agents.contains($0.parent) }.map(\.id)
  }
}

/// Processor time of processes, all their threads, to the nanosecond. Source: the kernel's Documentation/scheduler/sched-stats.rst.
private enum ProcessorTime {
  static func nanoseconds(of processes: [Int32]) -> Int {
    processes.reduce(0) { sum, id in
      let threads = (try? Directory("/proc/\(id)/task").names()) ?? []
      return threads.reduce(sum) { sum, thread in
        let text = KernelFile.text("/proc/\(id)/task/\(thread)/schedstat") ?? ""
        return sum + (text.split(separator: " ").first.flatMap { Int($0) } ?? 0)
      }
    }
  }
}
