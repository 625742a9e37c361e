import JSON
import Model
import Storage

/// The rows that `deployments.list_all` is narrowed to.
package struct DeploymentFilter: Sendable {
  package var clusterID: ClusterID?
  package var status: String?
  package var userID: UserID?
  package var name: String?

  package init() {}

  func matches(_ deployment: Deployment, of organization: OrganizationID) -> Bool {
    guard deployment.organizationID == organization else { return false }
    if let clusterID, deployment.clusterID != clusterID { return false }
    if let userID, deployment.userID != userID { return false }
    if let name, deployment.spec.name != name { return false }
    if let status, deployment.phase.status != status { return false }
    return true
  }

  /// True when no final deployment can match, so that history need not be read.
  var isLiveOnly: Bool { status.map { Outcome.Status(rawValue: $0) == nil } ?? false }
}

extension Deployments {
  package struct Page: Sendable {
    package var rows: [Deployment] = []
    /// The id after which the next page goes on; nil at the end.
    package var next: DeploymentID?
  }

  /// Live and final ones merged by id. No more than `scanning` rows are looked at, so that a page may be short, even
  /// empty, and still have a `next`.
  package static func list(
    _ filter: DeploymentFilter, after cursor: DeploymentID?, newestFirst: Bool, limit: Int,
    scanning scanLimit: Int,
    by caller: Caller, _ work: borrowing Work
  ) throws -> Page {
    let organization = try caller.membership().organizationID
    if let cluster = filter.clusterID { _ = try Clusters.find(cluster, for: caller, work) }
    var page = Page()
    var merged = try MergedRows(after: cursor?.rawValue, newestFirst: newestFirst, filter, scanLimit, work)
    var scanned = 0
    var last: DeploymentID?
    while let deployment = try merged.next() {
      let isMatch = filter.matches(deployment, of: organization)
      // One match beyond the page is looked for, so that the last page says that it is.
      guard scanned < scanLimit, !isMatch || page.rows.count < limit else {
        page.next = last
        break
      }
      if isMatch { page.rows.append(deployment) }
      last = deployment.id
      scanned += 1
    }
    return page
  }
}

/// Live rows and history's as one sequence by id; a live row wins where both have it.
private struct MergedRows {
  private var live: AnyIterator<Deployment>
  private var nextLive: Deployment?
  private var past: PastRows
  private var nextPast: Deployment?
  private let newestFirst: Bool

  init(
    after cursor: Int?, newestFirst: Bool, _ filter: DeploymentFilter, _ scanLimit: Int,
    _ work: borrowing Work
  ) throws {
    self.newestFirst = newestFirst
    let table = work.fold.state.deployments
    live =
      newestFirst
      ? table.rowsDescending(from: cursor.map { $0 - 1 } ?? .max / 2) : table.rows(from: (cursor ?? 0) + 1)
    past = PastRows(
      filter.isLiveOnly ? nil : work.history, after: cursor, newestFirst: newestFirst, pageRows: scanLimit)
    nextLive = live.next()
    nextPast = try past.next()
  }

  mutating func next() throws -> Deployment? {
    guard let final = nextPast else { return advanceLive() }
    guard let current = nextLive else { return try advancePast() }
    if current.id == final.id {
      _ = try advancePast()
      return advanceLive()
    }
    return (current.id < final.id) == newestFirst ? try advancePast() : advanceLive()
  }

  private mutating func advanceLive() -> Deployment? {
    defer { nextLive = live.next() }
    return nextLive
  }

  private mutating func advancePast() throws -> Deployment? {
    let row = nextPast
    nextPast = try past.next()
    return row
  }
}

/// History's rows one by one, read a page at a time.
private struct PastRows {
  private let pageRows: Int
  private let history: History?
  private let newestFirst: Bool
  private var after: Int?
  private var page: ArraySlice<JSONObject> = []
  private var isLast = false

  init(_ history: History?, after: Int?, newestFirst: Bool, pageRows: Int) {
    self.pageRows = pageRows
    self.history = history
    self.after = after
    self.newestFirst = newestFirst
  }

  mutating func next() throws -> Deployment? {
    if page.isEmpty, !isLast, let history {
      let read = try history.rows(after: after, ascending: !newestFirst, limit: pageRows)
      page = read.rows[...]
      isLast = read.isLast
    }
    guard let row = page.popFirst() else { return nil }
    let deployment = try Deployment(row)
    after = deployment.id.rawValue
    return deployment
  }
}
