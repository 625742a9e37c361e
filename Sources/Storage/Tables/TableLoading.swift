import JSON
import Model
import POSIX

extension Fold {
  /// Inserts the rows of `table`, decoded on two threads when there are many.
  mutating func load(_ table: TableFile) throws(StorageError) {
    begin(table: table.table, through: table.header.through, nextID: table.header.nextID)
    for row in try Self.rows(of: table) { insert(row) }
  }

  /// Below this a second thread costs more than it saves.
  private static var worthAThread: Int { 1 << 17 }

  private static func rows(of table: TableFile) throws(StorageError) -> [Row] {
    let text = try table.readRows()
    guard text.bytes.count > worthAThread else {
      return try decode(text, 0..<text.bytes.count, of: table.table)
    }
    let (first, second) = text.halves
    let name = table.table
    let other = try system(
      BackgroundTask {
        do throws(StorageError) {
          return Result<[Row], StorageError>.success(try decode(text, second, of: name))
        } catch {
          return .failure(error)
        }
      })
    let rows = Result { () throws(StorageError) in try decode(text, first, of: name) }
    // Waited for in any case: the thread must not outlive the loading.
    let others = other.wait()
    return try rows.get() + others.get()
  }

  private static func decode(_ text: TableText, _ range: Range<Int>, of table: String) throws(StorageError)
    -> [Row]
  {
    var rows: [Row] = []
    rows.reserveCapacity(range.count / 128)
    try text.forEachRow(in: range) { bytes, offset throws(StorageError) in
      do {
        guard let row = try JSONParser.parse(bytes).object else { throw NotAnObject() }
        rows.append(try decode(row, of: table))
      } catch {
        throw .damaged(
          Damage(text.name, line: text.line(at: offset), offset: offset, "the row cannot be read: \(error)"))
      }
    }
    return rows
  }
}

private struct NotAnObject: Error, CustomStringConvertible {
  var description: String { "it is not an object" }
}
