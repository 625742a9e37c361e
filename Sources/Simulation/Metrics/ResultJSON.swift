import JSON

extension SimulationResult {
  /// As `--json` prints it; null for what there was nothing of.
  package func json(wallSeconds: Double) -> JSONObject {
    var object = JSONObject()
    object.append("jobs", .int(jobs))
    object.append("started", .int(started))
    object.append("dropped", .int(dropped))
    object.append("gpu_allocation", gpuAllocation.json)
    object.append("cpu_allocation", cpuAllocation.json)
    object.append("utilisation", ["cpu": .decimal(cpuUtilisation), "gpu": .decimal(gpuUtilisation)])
    object.append("makespan", .decimal(makespan))
    for member in all.json.members where member.key != "jobs" { object.append(member.key, member.value) }
    object.append(
      "by_priority", .object(JSONObject(byPriority.map { (String($0.priority), .object($0.level.json)) })))
    object.append("preemptions", .int(preemptions))
    object.append("lost_gpu_hours", .decimal(lostGPUHours))
    object.append("fairness", .decimal(fairness))
    object.append("decisions", .int(decisions))
    object.append(
      "decision_us",
      ["p50": .decimal(decisionMicroseconds?.p50), "p99": .decimal(decisionMicroseconds?.p99)])
    object.append("wall_seconds", .decimal(wallSeconds))
    return object
  }
}

extension AllocationCurve.Reading {
  fileprivate var json: JSONValue {
    let at = at.map { (String($0.asked), JSONValue.decimal($0.allocated)) }
    return ["final": .decimal(final), "at": .object(JSONObject(at))]
  }
}

extension ServiceLevel {
  fileprivate var json: JSONObject {
    [
      "jobs": .int(jobs), "wait": wait.json, "flow": flow.json, "delay": delay.json,
      "bounded_slowdown": boundedSlowdown.json,
    ]
  }
}

extension Distribution? {
  fileprivate var json: JSONValue {
    [
      "mean": .decimal(self?.mean), "p50": .decimal(self?.p50), "p95": .decimal(self?.p95),
      "max": .decimal(self?.max),
    ]
  }
}

extension JSONValue {
  /// With four decimals at most; null of nil.
  fileprivate static func decimal(_ value: Double?) -> JSONValue {
    guard let value else { return .null }
    return JSONNumber((value * 10_000).rounded() / 10_000).map(JSONValue.number) ?? .null
  }
}
