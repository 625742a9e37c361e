import JSON
import Model
import POSIX
import Services
import Storage
import TestSupport
import Testing

/// An organization whose owner is `ann`, on a store of its own, at a time that the test sets.
final class DecisionFixture {
  private let store: Store<PlanningState>
  var now = Timestamp(milliseconds: 1_700_000_000_000)

  fileprivate init(_ path: String) throws {
    store = try Store.open(try DataDirectory.open(path, create: true))
    try register("ann")
    try decide { work in
      _ = try Organizations.create(name: "lab", inviteCode: Self.code, by: try caller("ann", work), &work)
    }
  }

  static let code = "a code that ann gives to others"

  /// As a turn of the server does: what time asks for, what is asked, what follows from it.
  @discardableResult
  func decide<T>(_ body: (inout Work) throws -> T) throws -> T {
    try store.transaction(at: now) { work in
      try Planning.expire(&work)
      let result = try body(&work)
      try Planning.settle(&work)
      return result
    }
  }

  func read<T>(_ body: (borrowing Work) throws -> T) throws -> T { try store.read(at: now) { try body($0) } }

  /// Lets time pass, and what is due then happen.
  func pass(seconds: Double) throws {
    now = now + seconds
    try decide { _ in }
  }

  // MARK: - People

  func register(_ name: String) throws {
    try decide { work in
      let user = try Accounts.register(username: name, passwordHash: "of \(name)", &work)
      _ = try Sessions.logIn(user, token: "token of \(name)", &work)
    }
  }

  func join(_ name: String, as role: Role = .member) throws {
    try register(name)
    let user = try decide { work in
      _ = try Organizations.join(code: Self.code, by: try caller(name, work), &work)
      return try caller(name, work).user.id
    }
    try decide { work in try Organizations.setRole(of: user, to: role, by: try caller("ann", work), &work) }
  }

  func caller(_ name: String, _ work: borrowing Work) throws -> Caller {
    try Sessions.caller(token: "token of \(name)", work)
  }

  /// Decides as `name`.
  @discardableResult
  func decide<T>(as name: String, _ body: (Caller, inout Work) throws -> T) throws -> T {
    try decide { work in try body(try caller(name, work), &work) }
  }

  /// What the decision is refused with; nothing has changed then.
  func refusal<T>(as name: String, _ body: (Caller, inout Work) throws -> T) throws -> ServiceError {
    let seq = store.recordedSeq
    let error = try #require(throws: ServiceError.self) {
      try decide(as: name) { caller, work in _ = try body(caller, &work) }
    }
    #expect(store.recordedSeq == seq)
    return error
  }

  // MARK: - Machines and what runs on them

  /// A cluster of nodes with so many cores, one agent-run node for each name of `managed`.
  @discardableResult
  func cluster(_ name: String = "c", cores: [Int] = [], managed: [String: Int] = [:]) throws -> ClusterID {
    let plain = cores.enumerated().map {
      NodeRequest(name: "n\($0.offset + 1)", capacity: .cores($0.element))
    }
    let others = managed.sorted { $0.key < $1.key }.map {
      NodeRequest(name: $0.key, capacity: .cores($0.value), managed: true)
    }
    return try decide(as: "ann") { ann, work in
      let cluster = try Clusters.create(name: name, nodes: plain + others, by: ann, &work)
      for node in Nodes.all(of: cluster, work) where node.managed { try Nodes.heard(node, &work) }
      return cluster
    }
  }

  @discardableResult
  func deploy(
    _ cores: Int, as name: String = "ann", priority: Int? = nil, in cluster: ClusterID = ClusterID(1),
    after dependencies: [DeploymentID] = [], maxDuration: Double? = nil, retries: Int = 0
  ) throws -> DeploymentID {
    let request = request(
      cores, priority: priority, in: cluster, after: dependencies, maxDuration: maxDuration, retries: retries)
    return try decide(as: name) { try Deployments.create(request, by: $0, &$1) }
  }

  func request(
    _ cores: Int, priority: Int? = nil, in cluster: ClusterID = ClusterID(1),
    after dependencies: [DeploymentID] = [], maxDuration: Double? = nil, retries: Int = 0,
    where conditions: [LabelCondition] = [], ifRevision revision: Int? = nil
  ) -> DeploymentRequest {
    let spec = DeploymentSpec(
      name: "d", imagePath: "/bin/true", required: .cores(cores), maxDuration: maxDuration, retries: retries,
      conditions: conditions, dependsOn: dependencies)
    return DeploymentRequest(spec, priority: priority, in: cluster, ifRevision: revision)
  }

  func deployment(_ id: DeploymentID) throws -> Deployment {
    try #require(try read { $0.fold.state.deployments[id] })
  }

  func status(_ ids: DeploymentID...) throws -> [String] { try ids.map { try deployment($0).phase.status } }

  func complete(_ id: DeploymentID) throws {
    try decide(as: "ann") {
      try Deployments.complete(id, attempt: nil, exitCode: 0, message: nil, by: $0, &$1)
    }
  }

  func cancel(_ id: DeploymentID) throws {
    try decide(as: "ann") { try Deployments.cancel(id, by: $0, &$1) }
  }
}

/// Runs `body` on a fixture; afterwards the doctor finds its directory whole and nothing given out twice, and a process
/// that opens it anew decides on the same state.
func withDecisions(_ body: (DecisionFixture) throws -> Void) throws {
  let path = try Directory.makeTemporary(prefix: "berth-services-")
  defer { try? Directory.removeTree(path) }
  try body(try DecisionFixture(path))
  #expect(try Soundness.problems(of: path) == [])
}

extension Resources {
  static func cores(_ count: Int) -> Resources {
    Resources(cpu: .whole(count), ram: .zero, gpu: .zero)
  }
}

extension ServiceError {
  /// The case alone, as the wire's `kind` names it.
  var kind: String {
    switch self {
    case .unauthenticated: "unauthenticated"
    case .forbidden: "forbidden"
    case .notFound: "not_found"
    case .conflict: "conflict"
    case .quotaExceeded: "quota_exceeded"
    case .unschedulable: "unschedulable"
    case .rateLimited: "rate_limited"
    case .invalid: "invalid"
    }
  }
}
