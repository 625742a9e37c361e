import JSON

/// One job as Slurm's controller knows it.
struct SlurmJob: Equatable {
  enum Phase {
    /// Has not begun, or was taken off its node to begin again.
    case waiting
    case running
    case over
  }

  let id: Int
  let comment: String
  /// `RUNNING`, `NODE_FAIL`.
  let state: String
  /// As wait(2) has it; nil when it is not known.
  let status: Int?
  /// Why it waits.
  let reason: String
  let nodes: String

  var phase: Phase {
    switch state {
    case "PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD": .waiting
    case "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL", "DEADLINE",
      "OUT_OF_MEMORY", "LAUNCH_FAILED", "RECONFIG_FAIL", "REVOKED":
      .over
    // CONFIGURING, SUSPENDED, STOPPED, COMPLETING, and what Slurm may yet invent: there may be a process.
    case _: .running
    }
  }

  /// Given to a node and over, where its job never claimed it: the node failed or refused it.
  ///
  /// One that a node does not take is CANCELLED, as it may not be queued again: after a controller has lost its
  /// state, nodes refuse numbers they have had. One that a person takes out of the queue has no node.
  var wasNeverLaunched: Bool {
    switch state {
    case "CANCELLED": !nodes.isEmpty
    case "NODE_FAIL", "BOOT_FAIL", "LAUNCH_FAILED": true
    case _: false
    }
  }

  /// 128 + the signal's number when a signal ended it.
  var exitCode: Int? {
    guard let status, phase == .over else { return nil }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }
}

extension SlurmJob {
  /// From an entry of `squeue --json`, of version 22 (numbers are numbers) and later ones (they are objects).
  init?(_ entry: JSONObject) {
    guard let id = Self.number(entry["job_id"]) else { return nil }
    self.id = id
    comment = Self.text(entry["comment"]) ?? ""
    // Later versions have a list: the state, and flags such as COMPLETING.
    let states =
      entry["job_state"]?.array?.compactMap(\.string) ?? entry["job_state"]?.string.map { [$0] } ?? []
    state = states.first ?? ""
    status = Self.status(entry["exit_code"])
    reason = entry["state_reason"]?.string ?? ""
    nodes = entry["nodes"]?.string ?? ""
  }

  private static func number(_ value: JSONValue?) -> Int? {
    value?.int ?? (value?["set"]?.bool == false ? nil : value?["number"]?.int)
  }

  private static func text(_ value: JSONValue?) -> String? {
    value?.string ?? value?["administrator"]?.string
  }

  private static func status(_ value: JSONValue?) -> Int? {
    guard let value, value.object != nil else { return value?.int }
    if value["number"] != nil { return number(value) }
    guard let code = number(value["return_code"]) else { return nil }
    return code << 8 | (number(value["signal"]?["id"]) ?? value["signal"]?["signal_id"]?.int ?? 0)
  }

  // MARK: - In the file that supervisors share

  var json: JSONValue {
    [
      "job_id": .int(id), "comment": .string(comment), "job_state": .string(state),
      "exit_code": .optional(status), "state_reason": .string(reason), "nodes": .string(nodes),
    ]
  }
}

// MARK: - In words

extension SlurmJob {
  /// What a person should know of its end beside the code; nil: nothing.
  func sentence(order: Order, isStopping: Bool) -> String? {
    switch state {
    case "NODE_FAIL": return "Slurm's node \(nodes) failed while it ran there."
    case "PREEMPTED":
      return "Slurm took its resources for a job of higher priority outside Berth (its own was job \(id))."
    case "TIMEOUT":
      return
        "It came to the end of the time that Slurm's partition allows (job \(id)): have it end sooner, or "
        + "have the partition's MaxTime raised."
    case "DEADLINE": return "Slurm ended its job \(id) at the deadline set there."
    case "OUT_OF_MEMORY":
      return "It used more than its required_ram of \(order.ram.json.text) GiB and was killed: ask for more, "
        + "or have it use less."
    case "BOOT_FAIL": return "Slurm's node \(nodes) did not start: try again, or have the node looked at."
    case "LAUNCH_FAILED":
      return "Slurm's node \(nodes) could not start its job \(id): see slurmd's log there."
    case "CANCELLED":
      return isStopping ? nil : "Its Slurm job \(id) was cancelled by somebody outside Berth."
    case "REVOKED", "RECONFIG_FAIL": return "Slurm gave up its job \(id) (\(state))."
    case _: return nil
    }
  }

  /// While it has not begun; nil when it has.
  var waitingSentence: String? {
    guard phase == .waiting else { return nil }
    return reason.isEmpty || reason == "None"
      ? "It waits in Slurm's queue as job \(id)." : "It waits in Slurm's queue as job \(id): \(reason)."
  }
}
