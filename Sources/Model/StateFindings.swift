extension State {
  /// References that lead nowhere and sums above capacity, one sentence each.
  package func findings(at _: Timestamp) -> [String] {
    var findings: [String] = []
    for user in users {
      if let membership = user.membership, organizations[membership.organizationID] == nil {
        findings.append(
          "user \(user.id) is in organization \(membership.organizationID), which does not exist")
      }
    }
    for session in sessions where users[session.userID] == nil {
      findings.append("session \(session.id) belongs to user \(session.userID), who does not exist")
    }
    for cluster in clusters where organizations[cluster.organizationID] == nil {
      findings.append(
        "cluster \(cluster.id) belongs to organization \(cluster.organizationID), which does not exist")
    }
    for node in nodes where clusters[node.clusterID] == nil {
      findings.append("node \(node.id) belongs to cluster \(node.clusterID), which does not exist")
    }
    return findings + deploymentFindings()
  }

  private func deploymentFindings() -> [String] {
    var findings: [String] = []
    var used: [NodeID: Resources] = [:]
    var devices: [NodeID: [Int: Thousandths]] = [:]
    var promised = PromisedCapacity()
    for deployment in deployments {
      if !deployment.isFinal, clusters[deployment.clusterID] == nil {
        findings.append(
          "deployment \(deployment.id) is in cluster \(deployment.clusterID), which does not exist")
      }
      // What a deployment waits for was there before it, so nothing waits for itself in a circle.
      for dependency in deployment.spec.dependsOn where dependency >= deployment.id {
        findings.append("deployment \(deployment.id) depends on \(dependency), which is not older")
      }
      promised.add(deployment)
      guard let attempt = deployment.phase.liveAttempt else { continue }
      used[attempt.nodeID, default: .zero] += deployment.spec.required
      for gpu in attempt.gpus {
        devices[attempt.nodeID, default: [:]][gpu.index, default: .zero] += gpu.share
      }
      if attempt.gpus.reduce(.zero, { $0 + $1.share }) != deployment.spec.required.gpu {
        findings.append("deployment \(deployment.id) does not hold the GPU shares it asked for")
      }
    }
    for (id, sum) in used.sorted(by: { $0.key < $1.key }) {
      guard let node = nodes[id] else {
        findings.append("node \(id) has live attempts and does not exist")
        continue
      }
      if !sum.fits(in: node.capacity) { findings.append("node \(id) holds more than its capacity") }
      for (index, share) in (devices[id] ?? [:]).sorted(by: { $0.key < $1.key })
      where share > node.capacity.deviceCapacity(index) {
        findings.append("GPU \(index) of node \(id) is given out beyond what it has")
      }
    }
    return findings + promised.findings(of: nodes)
  }
}

/// The parts of nodes that nominations and the attempts that nobody has told to stop have: together they fit.
private struct PromisedCapacity {
  private var nominees: [NodeID: [DeploymentID]] = [:]
  private var sums: [NodeID: Resources] = [:]
  private var devices: [NodeID: [Int: Thousandths]] = [:]
  private var misfits: [String] = []

  mutating func add(_ deployment: Deployment) {
    let place: (node: NodeID, gpus: [GPUShare])
    switch deployment.phase {
    case .nominated(let nomination):
      place = (nomination.nodeID, nomination.gpus)
      nominees[nomination.nodeID, default: []].append(deployment.id)
      if nomination.gpus.reduce(.zero, { $0 + $1.share }) != deployment.spec.required.gpu {
        misfits.append("deployment \(deployment.id) does not claim the GPU shares it asked for")
      }
    case .starting(let attempt), .running(let attempt): place = (attempt.nodeID, attempt.gpus)
    case .pending, .stopping, .finished: return
    }
    sums[place.node, default: .zero] += deployment.spec.required
    for gpu in place.gpus { devices[place.node, default: [:]][gpu.index, default: .zero] += gpu.share }
  }

  func findings(of nodes: Table<Node>) -> [String] {
    misfits
      + nominees.sorted { $0.key < $1.key }.flatMap { id, nominees -> [String] in
        guard let node = nodes[id] else {
          return nominees.map { "deployment \($0) claims a place on node \(id), which does not exist" }
        }
        let isFitting =
          sums[id, default: .zero].fits(in: node.capacity)
          && devices[id, default: [:]].allSatisfy { $0.value <= node.capacity.deviceCapacity($0.key) }
        return isFitting ? [] : ["more of node \(id) is claimed than will be there"]
      }
  }
}

extension Resources {
  /// How much of device `index` is ours: `gpu` 2.5 is two whole devices and one of which half is ours.
  package func deviceCapacity(_ index: Int) -> Thousandths {
    min(.one, max(.zero, gpu - .whole(index)))
  }

  /// The number of devices, a partial one included; of more than are kept one by one, the first.
  package var deviceCount: Int { min((gpu.value + 999) / 1000, Self.mostDevices) }

  /// No node is given as many: for rows from before there was a bound.
  package static let mostDevices = 1 << 15
}
