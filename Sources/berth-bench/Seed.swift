import Model
import POSIX
import Services
import Storage

/// The filling of data directories through the store itself, in transactions far larger than any request's.
struct Seed {
  private let store: Store<PlanningState>
  private let token: String
  private let caller: Caller
  private let organization: OrganizationID

  private static func now() -> Timestamp { Timestamp(milliseconds: SystemClock.wallMilliseconds()) }

  /// Makes a directory with a user, its token and its organization.
  private init(_ directory: String) throws {
    let token = Secret.token(try RandomBytes.make(Secret.tokenBytes))
    let store = try Store<PlanningState>.open(try DataDirectory.open(directory, create: true))
    let session = try store.transaction(at: Self.now()) { work in
      // Nobody logs in with a password here.
      let user = try Accounts.register(username: "bench", passwordHash: "*", &work)
      let session = try Sessions.logIn(user, token: token, &work)
      _ = try Organizations.create(
        name: "bench", inviteCode: "bench-code", by: try Sessions.caller(session.id, work), &work)
      return session.id
    }
    let caller = try store.read(at: Self.now()) { work in try Sessions.caller(session, work) }
    self.store = store
    self.token = token
    self.caller = caller
    organization = try caller.membership().organizationID
  }

  private func makeCluster(_ name: String, nodes: Int, _ capacity: Resources) throws -> ClusterID {
    try store.transaction(at: Self.now()) { work in
      let requests = (1...nodes).map { NodeRequest(name: "node-\($0)", capacity: capacity) }
      let id = try Clusters.create(name: name, nodes: requests, by: caller, &work)
      try Planning.settle(&work)
      return id
    }
  }

  /// A cluster with room for whatever is created.
  private func makeRoomyCluster() throws -> ClusterID {
    let much = Thousandths.whole(9_000_000)
    return try makeCluster("roomy", nodes: 1, Resources(cpu: much, ram: much, gpu: .whole(8)))
  }

  private func site(_ name: String, _ directory: String, _ cluster: ClusterID, showing shown: ClusterID)
    -> Site
  {
    Site(name: name, directory: directory, token: token, cluster: cluster, shown: shown)
  }

  /// A cluster of nodes that agents serve, each of so many cores.
  static func managed(_ directory: String, nodes: [String], cores: Int) throws -> Site {
    let seed = try Seed(directory)
    defer { seed.store.close() }
    let capacity = Resources(cpu: .whole(cores), ram: .whole(1000), gpu: .zero)
    let cluster = try seed.store.transaction(at: now()) { work in
      let requests = nodes.map { NodeRequest(name: $0, capacity: capacity, managed: true) }
      return try Clusters.create(name: "managed", nodes: requests, by: seed.caller, &work)
    }
    return seed.site("", directory, cluster, showing: cluster)
  }

  /// Nobody but the user and an empty cluster.
  static func small(_ directory: String) throws -> Site {
    let seed = try Seed(directory)
    defer { seed.store.close() }
    let cluster = try seed.makeRoomyCluster()
    return seed.site("", directory, cluster, showing: cluster)
  }
}

extension Seed {
  private static let transactionRows = 10_000
  private static let nodes = 100
  private static let node = Resources(cpu: .whole(64), ram: .whole(512), gpu: .whole(8))
  /// cpu, ram and gpu in thousandths.
  private static let shapes = [
    (1000, 4000, 0), (4000, 16_000, 500), (8000, 32_000, 1000), (2000, 8000, 250), (16_000, 64_000, 2000),
    (500, 2000, 0), (32_000, 256_000, 8000), (1500, 6000, 125),
  ]

  private static func spec(_ number: Int) -> DeploymentSpec {
    let shape = shapes[number * 7 % shapes.count]
    return DeploymentSpec(
      name: "job-\(number)", imagePath: "/images/pytorch-2.4.tar",
      required: Resources(cpu: Thousandths(shape.0), ram: Thousandths(shape.1), gpu: Thousandths(shape.2)))
  }

  private static func priority(_ number: Int) -> Int { number * 37 % 101 }

  /// `count` deployments of one cluster of 100 nodes: what fits runs, and the most wait.
  static func live(_ count: Int, _ directory: String) throws -> Site {
    let seed = try Seed(directory)
    defer { seed.store.close() }
    let roomy = try seed.makeRoomyCluster()
    let cluster = try seed.makeCluster("crowded", nodes: nodes, node)
    for first in stride(from: 0, to: count, by: transactionRows) {
      try seed.store.transaction(at: now()) { work in
        for number in first..<min(count, first + transactionRows) {
          let request = DeploymentRequest(
            spec(number), priority: priority(number), in: cluster, ifRevision: nil)
          _ = try Deployments.create(request, by: seed.caller, &work)
        }
        try Planning.settle(&work)
      }
    }
    guard try seed.store.snapshotNow() else { throw BenchFailure("\(directory) is not ours alone") }
    return seed.site("\(inThousands(count)) live", directory, cluster, showing: roomy)
  }

  /// `count` deployments that are over, in the history's files.
  static func finished(_ count: Int, _ directory: String) throws -> Site {
    var seed = try Seed(directory)
    let cluster = try seed.makeRoomyCluster()
    // A snapshot for each tenth and the store opened again, so that the files are in pieces as they grow in
    // service, and no more than a tenth is in memory.
    let piece = max(1, count / 10)
    for first in stride(from: 0, to: count, by: piece) {
      for start in stride(from: first, to: min(count, first + piece), by: transactionRows) {
        try seed.recordFinished(start..<min(count, first + piece, start + transactionRows), in: cluster)
      }
      guard try seed.store.snapshotNow() else { throw BenchFailure("\(directory) is not ours alone") }
      seed.store.close()
      seed = try Seed(seed, reopening: directory)
    }
    defer { seed.store.close() }
    return seed.site("\(inThousands(count)) finished", directory, cluster, showing: cluster)
  }

  private init(_ old: Seed, reopening directory: String) throws {
    store = try Store<PlanningState>.open(try DataDirectory.open(directory, create: false))
    (token, caller, organization) = (old.token, old.caller, old.organization)
  }

  /// Rows as they are when they are over, by one event each instead of the three they would have had.
  private func recordFinished(_ numbers: Range<Int>, in cluster: ClusterID) throws {
    try store.transaction(at: Self.now()) { work in
      guard let node = Nodes.all(of: cluster, work).first else { throw BenchFailure("there is no node") }
      for number in numbers {
        var deployment = Deployment(
          id: DeploymentID(work.fold.state.deployments.nextID), clusterID: cluster,
          organizationID: organization, userID: caller.user.id, spec: Self.spec(number),
          priority: Self.priority(number), createdAt: work.now)
        let attempt = Attempt(
          number: 1, nodeID: node.id, nodeName: node.name, gpus: [], startedAt: work.now)
        deployment.attempts = 1
        deployment.phase = .finished(
          Outcome(
            status: .completed, exitCode: 0, message: nil, reason: nil, at: work.now, attempt: attempt))
        try work.record(.deploymentCreated(deployment))
      }
    }
  }

  /// `100,000`.
  private static func inThousands(_ count: Int) -> String {
    guard count >= 1000 else { return String(count) }
    let rest = String(1000 + count % 1000).dropFirst()
    return inThousands(count / 1000) + "," + rest
  }
}
