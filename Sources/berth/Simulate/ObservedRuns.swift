import Model
import Storage

/// The deployments that a data directory still knows: what each asked for, and how long it really worked.
struct ObservedRuns {
  private struct Work {
    /// Milliseconds that checkpoints have kept, of all attempts so far.
    var kept = 0
    /// What was kept when the last attempt started.
    var before = 0
    var startedAt: Timestamp?
  }

  /// By id, of all clusters.
  private(set) var rows: [DeploymentID: Deployment] = [:]
  private var work: [DeploymentID: Work] = [:]

  private static let pageRows = 1000

  /// Reads the events that are kept, then history, then the live table, each of which knows better.
  init(_ store: Store<State>) throws(StorageError) {
    try readEvents(store)
    try readHistory(store)
    for row in store.fold.deployments { rows[row.id] = row }
  }

  private mutating func readEvents(_ store: Store<State>) throws(StorageError) {
    var oldest = try store.oldestEvent()
    while true {
      do throws(StorageError) {
        let cursor = try store.events(after: oldest - 1)
        while true {
          let records = try cursor.next(limit: Self.pageRows)
          if records.isEmpty { return }
          for record in records { note(record) }
        }
      } catch {
        // Dropped by another process while we read: what follows the gap is still there.
        guard case .eventsGone(let next) = error, next > oldest else { throw error }
        oldest = next
      }
    }
  }

  private mutating func readHistory(_ store: Store<State>) throws(StorageError) {
    var last: Int?
    while true {
      let page = try store.history.rows(after: last, limit: Self.pageRows)
      for row in page.rows {
        let deployment: Deployment
        do { deployment = try Deployment(row) } catch {
          throw .damaged(Damage("history", "a row cannot be read: \(error)"))
        }
        rows[deployment.id] = deployment
        last = deployment.id.rawValue
      }
      if page.isLast { return }
    }
  }

  private mutating func note(_ record: Record<Event>) {
    switch record.event {
    case .deploymentCreated(let row):
      rows[row.id] = row
      work[row.id] = Work()
    case .deploymentChanged(let scope, let change):
      rows[scope.deploymentID]?.apply(change, at: record.time)
      note(change, of: scope.deploymentID, at: record.time)
    case .userRegistered, .userChanged, .sessionCreated, .sessionRevoked, .organizationCreated,
      .organizationCodeRotated, .organizationLimitsSet, .inviteCreated, .inviteChanged, .clusterCreated,
      .clusterChanged, .nodeAdded, .nodeUpdated, .nodeRemoved, .nodeHeard, .nodeLost, .requestAnswered:
      break
    }
  }

  /// Notes nothing of a deployment whose creation is not kept: what it did before is not known either.
  private mutating func note(_ change: DeploymentChange, of id: DeploymentID, at time: Timestamp) {
    guard var known = work[id] else { return }
    switch change {
    case .started(let attempt):
      known.startedAt = attempt.startedAt
      known.before = known.kept
    case .checkpointed:
      guard let start = known.startedAt else { return }
      known.kept = known.before + time.milliseconds - start.milliseconds
    case .nominated, .nominationWithdrawn, .ran, .stopping, .blocked, .preempted, .retried, .lost, .finished,
      .reprioritized:
      return
    }
    work[id] = known
  }

  // MARK: - Of one deployment

  /// Milliseconds its work takes without a break: what it last ran, and what checkpoints had kept until then.
  /// Nil when it has not ended, or ended while it waited.
  func duration(of row: Deployment) -> Int? {
    guard case .finished(let outcome) = row.phase, let attempt = outcome.attempt else { return nil }
    return outcome.at.milliseconds - attempt.startedAt.milliseconds + (work[row.id]?.before ?? 0)
  }

  /// Whether it may have gone on from a checkpoint of which it is not known any more what it had kept.
  func hasUnknownWork(_ row: Deployment) -> Bool {
    row.isFinal && row.attempts > 1 && row.checkpoint != nil && work[row.id] == nil
  }
}
