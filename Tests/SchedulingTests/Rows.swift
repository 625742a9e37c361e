import Model
import Scheduling

/// Rows with only what scheduling looks at, everything else standing still.
enum Rows {
  static let clusterID = ClusterID(1)
  static let organizationID = OrganizationID(1)
  static let epoch = Timestamp(milliseconds: 1_700_000_000_000)

  static func node(
    _ id: Int, _ capacity: Resources, name: String? = nil, drain: Bool = false, managed: Bool = false,
    labels: [StringPair] = []
  ) -> Node {
    var node = Node(
      id: NodeID(id), clusterID: clusterID, organizationID: organizationID, name: name ?? "n\(id)",
      capacity: capacity, labels: labels, managed: managed)
    node.drain = drain
    return node
  }

  static func deployment(
    _ id: Int, _ required: Resources, priority: Int = 50, createdAt: Timestamp = epoch,
    minRuntime: Double = 0, preemptible: Bool = true, maxDuration: Double? = nil, user: Int = 1,
    conditions: [LabelCondition] = []
  ) -> Deployment {
    let spec = DeploymentSpec(
      name: "d\(id)", imagePath: "/bin/true", required: required, maxDuration: maxDuration,
      minRuntime: minRuntime, preemptible: preemptible, conditions: conditions)
    return Deployment(
      id: DeploymentID(id), clusterID: clusterID, organizationID: organizationID, userID: UserID(user),
      spec: spec, priority: priority, createdAt: createdAt)
  }
}

extension Resources {
  /// In thousandths.
  init(_ cpu: Int, _ ram: Int, _ gpu: Int = 0) {
    self.init(cpu: Thousandths(cpu), ram: Thousandths(ram), gpu: Thousandths(gpu))
  }
}

extension Deployment {
  /// As the state makes it from the event.
  func started(on node: Node, _ gpus: [GPUShare], at now: Timestamp) -> Deployment {
    var next = self
    next.attempts += 1
    next.phase = .running(
      Attempt(number: next.attempts, nodeID: node.id, nodeName: node.name, gpus: gpus, startedAt: now))
    return next
  }

  func applying(_ change: DeploymentChange, at now: Timestamp) -> Deployment {
    var next = self
    next.apply(change, at: now)
    return next
  }

  func ended(at now: Timestamp) -> Deployment {
    var next = self
    next.phase = .finished(
      Outcome(
        status: .completed, exitCode: 0, message: nil, reason: nil, at: now, attempt: phase.lastAttempt))
    return next
  }
}

extension NodeOccupancy {
  /// Whether all that runs here would fit another capacity, each on the devices it has.
  func couldHave(_ capacity: Resources) -> Bool {
    let held = allocations.values.flatMap(\.attempt.gpus)
      .reduce(into: [:]) { $0[$1.index, default: Thousandths.zero] += $1.share }
    return used.cpu <= capacity.cpu && used.ram <= capacity.ram
      && held.allSatisfy { $0.value <= capacity.deviceCapacity($0.key) }
  }
}
