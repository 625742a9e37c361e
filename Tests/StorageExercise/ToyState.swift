import JSON
import Model

/// The smallest state that has what storage must keep: a table that stays, a table whose rows end, and a
/// reference between them.
package struct ToyState: Fold, Equatable {
  package typealias Event = ToyEvent

  package struct Job: Equatable, Sendable {
    package var account: Int
    package var note: String
    package var endedAt: Int?
  }

  package enum Row: Sendable {
    case account(Int, String)
    case job(Int, Job)
  }

  package struct Extent: Equatable, Sendable {
    var through = 0
    var nextID = 1
  }

  package static let tables = ["accounts", "jobs"]
  package static let historyTable = "jobs"

  package private(set) var accounts: [Int: String] = [:]
  package private(set) var jobs: [Int: Job] = [:]
  private var accountExtent = Extent()
  private var jobExtent = Extent()

  package init() {}

  /// Whether both tell the same; how far each table has looked differs between loading and living on.
  package static func == (a: ToyState, b: ToyState) -> Bool {
    a.accounts == b.accounts && a.jobs == b.jobs && a.nextJob == b.nextJob && a.nextAccount == b.nextAccount
  }

  package var nextJob: Int { jobExtent.nextID }
  package var nextAccount: Int { accountExtent.nextID }

  package mutating func begin(table: String, through seq: Int, nextID: Int) {
    let extent = Extent(through: seq, nextID: nextID)
    if table == "accounts" { accountExtent = extent } else { jobExtent = extent }
  }

  package static func decode(_ row: JSONObject, of table: String) throws -> Row {
    guard let id = row["id"]?.int else { throw ToyError("a row without id") }
    if table == "accounts" { return .account(id, row["name"]?.string ?? "") }
    guard let account = row["account"]?.int else { throw ToyError("a job without account") }
    return .job(id, Job(account: account, note: row["note"]?.string ?? ""))
  }

  package mutating func insert(_ row: Row) {
    switch row {
    case .account(let id, let name): accounts[id] = name
    case .job(let id, let job): jobs[id] = job
    }
  }

  package mutating func finishLoading() throws {
    if let finding = findings(at: Timestamp(milliseconds: 0)).first { throw ToyError(finding) }
  }

  package mutating func apply(_ record: Record<ToyEvent>) throws {
    switch record.event {
    case .opened(let id, let name):
      guard record.seq > accountExtent.through else { return }
      guard id == accountExtent.nextID else { throw ToyError("account \(id) is not the next one") }
      accounts[id] = name
      accountExtent = Extent(through: record.seq, nextID: id + 1)
    case .began(let id, let account, let note):
      guard record.seq > jobExtent.through else { return }
      guard id == jobExtent.nextID else { throw ToyError("job \(id) is not the next one") }
      jobs[id] = Job(account: account, note: note)
      jobExtent = Extent(through: record.seq, nextID: id + 1)
    case .ended(let id):
      guard record.seq > jobExtent.through else { return }
      guard jobs[id] != nil, jobs[id]?.endedAt == nil else { throw ToyError("job \(id) does not run") }
      jobs[id]?.endedAt = record.seq
      jobExtent.through = record.seq
    }
  }

  package func nextID(of table: String) -> Int { table == "accounts" ? nextAccount : nextJob }

  package func forEachRow(of table: String, _ body: (JSONObject, Bool) throws -> Void) rethrows {
    if table == "accounts" {
      for (id, name) in accounts.sorted(by: { $0.key < $1.key }) {
        try body(["id": .int(id), "name": .string(name)], false)
      }
    } else {
      for (id, job) in jobs.sorted(by: { $0.key < $1.key }) {
        try body(
          ["id": .int(id), "account": .int(job.account), "note": .string(job.note)], job.endedAt != nil)
      }
    }
  }

  package mutating func dropFinalRows(through seq: Int) {
    jobs = jobs.filter { $0.value.endedAt.map { $0 > seq } ?? true }
  }

  package func findings(at _: Timestamp) -> [String] {
    jobs.filter { accounts[$0.value.account] == nil }.map {
      "job \($0.key) belongs to account \($0.value.account), which is not there"
    }
  }
}
