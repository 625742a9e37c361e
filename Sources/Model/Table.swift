import JSON

/// A row of a table as it stands in its file.
package protocol StoredRow: Sendable {
  var id: Identifier<Self> { get }
  var json: JSONObject { get }
  /// True once nothing can happen to it any more.
  var isFinal: Bool { get }
  init(_ row: JSONObject) throws
}

extension StoredRow {
  package var isFinal: Bool { false }
}

/// Rows by id, in pages: cheap to copy for a snapshot (a page is copied when it is next changed), and
/// without a cost for the ids that are gone.
package struct Table<Row: StoredRow>: Sendable {
  private static var pageSize: Int { 64 }

  /// Page `p` holds the ids from `(firstPage + p) × pageSize`; a page without rows has no storage.
  private var pages: [[Row?]] = []
  private var firstPage = 0
  package private(set) var count = 0
  /// The id of the next row.
  package var nextID = 1

  package init() {}

  /// The row of that id. Other modules ask by the subscripts of `TableLookups`.
  func row(_ id: Identifier<Row>) -> Row? {
    let page = id.rawValue / Self.pageSize - firstPage
    guard pages.indices.contains(page), !pages[page].isEmpty else { return nil }
    return pages[page][id.rawValue % Self.pageSize]
  }

  package mutating func put(_ row: Row) {
    let id = row.id.rawValue
    let page = makePage(holding: id)
    if pages[page].isEmpty { pages[page] = Array(repeating: nil, count: Self.pageSize) }
    let slot = id % Self.pageSize
    if pages[page][slot] == nil { count += 1 }
    pages[page][slot] = row
    nextID = Swift.max(nextID, id + 1)
  }

  /// Changes the row in place; false when there is none.
  package mutating func update(_ id: Identifier<Row>, _ change: (inout Row) throws -> Void) rethrows -> Bool {
    guard row(id) != nil else { return false }
    let page = id.rawValue / Self.pageSize - firstPage
    try change(&pages[page][id.rawValue % Self.pageSize]!)
    return true
  }

  @discardableResult
  package mutating func remove(_ id: Identifier<Row>) -> Row? {
    guard let row = row(id) else { return nil }
    let page = id.rawValue / Self.pageSize - firstPage
    pages[page][id.rawValue % Self.pageSize] = nil
    count -= 1
    if pages[page].allSatisfy({ $0 == nil }) {
      pages[page] = []
      dropLeadingPages()
    }
    return row
  }

  private mutating func makePage(holding id: Int) -> Int {
    let wanted = id / Self.pageSize
    if pages.isEmpty { firstPage = wanted }
    if wanted < firstPage {
      pages.insert(contentsOf: Array(repeating: [], count: firstPage - wanted), at: 0)
      firstPage = wanted
    }
    while wanted - firstPage >= pages.count { pages.append([]) }
    return wanted - firstPage
  }

  /// Half of the pages at a time, so that each is moved a constant number of times.
  private mutating func dropLeadingPages() {
    if count == 0 {
      pages = []
      return
    }
    let empty = pages.prefix { $0.isEmpty }.count
    guard empty > 16, empty * 2 > pages.count else { return }
    pages.removeFirst(empty)
    firstPage += empty
  }
}

extension Table: Sequence {
  /// Rows rising by id.
  package func makeIterator() -> AnyIterator<Row> { rows(from: 0) }

  /// Rows rising by id, from the first that is not below `id`.
  package func rows(from id: Int) -> AnyIterator<Row> {
    var place = Swift.max(0, id - firstPage * Self.pageSize)
    return AnyIterator {
      while place / Self.pageSize < pages.count {
        let page = pages[place / Self.pageSize]
        guard !page.isEmpty else {
          place = (place / Self.pageSize + 1) * Self.pageSize
          continue
        }
        defer { place += 1 }
        if let row = page[place % Self.pageSize] { return row }
      }
      return nil
    }
  }

  /// Rows falling by id, from the last that is not above `id`.
  package func rowsDescending(from id: Int) -> AnyIterator<Row> {
    var place = Swift.min(id - firstPage * Self.pageSize, pages.count * Self.pageSize - 1)
    return AnyIterator {
      while place >= 0 {
        let page = pages[place / Self.pageSize]
        guard !page.isEmpty else {
          place = place / Self.pageSize * Self.pageSize - 1
          continue
        }
        defer { place -= 1 }
        if let row = page[place % Self.pageSize] { return row }
      }
      return nil
    }
  }

  package var first: Row? { rows(from: 0).next() }
}
