import JSON
import Model
import Services

/// A page of deployments, put together a few rows at a time.
struct DeploymentScan: Scan {
  private let filter: DeploymentFilter
  private let newestFirst: Bool
  private let limit: Int
  private let caller: Caller
  private var cursor: DeploymentID?
  private var rows: [JSONValue] = []
  private var scanned = 0

  /// Rows looked at for one page: a filter that matches few of many is answered with a short page and a cursor.
  private static let scanLimit = 20_000
  private static let rowsAtOnce = 16
  private static let scannedAtOnce = 64

  init(
    _ filter: DeploymentFilter, after cursor: DeploymentID?, newestFirst: Bool, limit: Int, for caller: Caller
  ) {
    self.filter = filter
    self.cursor = cursor
    self.newestFirst = newestFirst
    self.limit = limit
    self.caller = caller
  }

  mutating func step(_ work: borrowing Work, isInTime: () -> Bool) throws -> Answer? {
    repeat {
      let page = try Deployments.list(
        filter, after: cursor, newestFirst: newestFirst, limit: min(Self.rowsAtOnce, limit - rows.count),
        scanning: Self.scannedAtOnce, by: caller, work)
      rows += page.rows.map { $0.object(work) }
      scanned += Self.scannedAtOnce
      guard let next = page.next, rows.count < limit, scanned < Self.scanLimit else {
        return Answer(["deployments": .array(rows), "next_cursor": .optional(page.next?.description)])
      }
      cursor = next
    } while isInTime()
    return nil
  }
}
