import Model
import POSIX
import Simulation
import Storage

/// A cluster as a data directory knows it, as something that can be simulated.
///
/// Read like every reader does, beside the processes that use the directory: the state lock is held, shared, for the
/// opening of the files alone.
struct ObservedCluster {
  private let path: String
  private let store: Store<State>
  private let cluster: Cluster
  private let runs: ObservedRuns
  /// The cluster's, those that ended while they waited left out; rising by creation.
  private let taken: [Deployment]
  /// Of the cluster, in all.
  private let known: Int

  /// `name` is the cluster's, or `ORGANIZATION/CLUSTER`; it may be nil when there is but one.
  init(_ path: String, cluster name: String?) throws {
    self.path = path
    let directory = try Self.directory(path)
    store = try Store<State>.open(directory)
    cluster = try Self.cluster(named: name, in: store.fold, path)
    runs = try ObservedRuns(store)
    let id = cluster.id
    let rows = runs.rows.values.filter { $0.clusterID == id }
    known = rows.count
    taken = rows.filter { !$0.isFinal || $0.phase.lastAttempt != nil }
      .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    guard !taken.isEmpty else {
      let why = known > 0 ? "all its deployments ended waiting" : "it has no deployments"
      throw WorkloadError(path, "there is nothing to replay of cluster \(cluster.name): \(why)")
    }
  }

  private static func directory(_ path: String) throws -> DataDirectory {
    let root: Directory
    do throws(Errno) { root = try Directory(path) } catch {
      throw WorkloadError(path, "the data directory cannot be opened: \(error)")
    }
    // Asked first, so that a directory of something else is left as it is.
    guard try root.statusIfPresent(of: "journal.jsonl") != nil else {
      throw WorkloadError(path, "this is no data directory: there is no journal.jsonl in it")
    }
    return try DataDirectory.open(path, create: false)
  }

  private static func cluster(named name: String?, in state: State, _ path: String) throws(WorkloadError)
    -> Cluster
  {
    func title(_ cluster: Cluster) -> String {
      "\(state.organizations[cluster.organizationID]?.name ?? "?")/\(cluster.name)"
    }
    let all = Array(state.clusters)
    let names = all.map(title).joined(separator: ", ")
    guard !all.isEmpty else { throw WorkloadError(path, "there is no cluster in it") }
    guard let name else {
      guard all.count == 1 else {
        throw WorkloadError(
          path, "there are \(all.count) clusters in it; choose one by --cluster NAME: \(names)")
      }
      return all[0]
    }
    let matching = all.filter { $0.name == name || title($0) == name }
    guard let match = matching.first else {
      throw WorkloadError(path, "there is no cluster \(name) in it; there is \(names)")
    }
    guard matching.count == 1 else {
      let names = matching.map(title).joined(separator: ", ")
      throw WorkloadError(path, "there are \(matching.count) clusters \(name) in it; choose one of \(names)")
    }
    return match
  }

  // MARK: - As a workload

  /// Open again those that drain now: a drain is a matter of a day, and not of the cluster.
  func nodes() throws(WorkloadError) -> [SimulatedNode] {
    let ids = (store.fold.clusterNodes[cluster.id] ?? []).sorted()
    guard !ids.isEmpty else {
      throw WorkloadError(path, "cluster \(cluster.name) has no nodes; give some by --nodes FILE")
    }
    return ids.compactMap { store.fold.nodes[$0] }.map {
      SimulatedNode(name: $0.name, capacity: $0.capacity, labels: $0.labels)
    }
  }

  /// Rising by submit; the first is submitted at 0.
  var jobs: [SimulatedJob] { taken.map(job) }

  private func job(_ row: Deployment) -> SimulatedJob {
    let zero = taken.first?.createdAt.milliseconds ?? 0
    return SimulatedJob(
      name: "\(row.id) \(row.spec.name)", submit: row.createdAt.milliseconds - zero,
      duration: runs.duration(of: row), estimate: row.spec.maxDuration.map { Int(($0 * 1000).rounded()) },
      required: row.spec.required, priority: row.priority,
      user: store.fold.users[row.userID]?.username ?? "user \(row.userID)", conditions: row.spec.conditions,
      isPreemptible: row.spec.preemptible, minRuntime: row.spec.minRuntime)
  }

  // MARK: - What is said of it

  var title: String { "cluster \(cluster.name) of \(path)" }

  /// One sentence: what was taken, what was left out, and what is not known. `hasOwnNodes`: they are simulated too.
  func note(hasOwnNodes: Bool) -> String {
    var parts = [
      "replays \(taken.count) deployments of \(title), created from \(taken.first?.createdAt.text ?? "") on"
    ]
    func add(_ said: String, _ count: Int) { if count > 0 { parts.append("\(said): \(count)") } }
    add("not ended yet, and never here", taken.count { !$0.isFinal })
    add("ended waiting, and left out", known - taken.count)
    add("waited for others to complete, and do not here", taken.count { !$0.spec.dependsOn.isEmpty })
    add("draining nodes, open here", hasOwnNodes ? drainingCount : 0)
    if store.fold.organizations[cluster.organizationID]?.limits.boundsRunning == true {
      parts.append("users' limits do not hold here")
    }
    add("work before a checkpoint no longer known", taken.count(where: runs.hasUnknownWork))
    add(
      "pruned from this directory, of whichever cluster, and not known any more",
      store.fold.deployments.nextID - 1 - runs.rows.count)
    return parts.joined(separator: "; ")
  }

  private var drainingCount: Int {
    (store.fold.clusterNodes[cluster.id] ?? []).count { store.fold.nodes[$0]?.drain == true }
  }
}
