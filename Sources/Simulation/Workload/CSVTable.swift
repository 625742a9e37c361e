import Model

/// A file of named columns; those nobody asks for are ignored.
struct CSVTable {
  struct Row {
    fileprivate let record: CSVRecords.Record
    fileprivate let table: CSVTable

    var line: Int { record.line }

    func error(_ message: String) -> WorkloadError { WorkloadError(table.file, line: line, message) }

    /// Nil when the column is absent, or empty here.
    func text(_ column: String) -> String? {
      guard let place = table.columns[column] else { return nil }
      let text = record.fields[place]
      return text.isEmpty ? nil : text
    }
  }

  let file: String
  private let columns: [String: Int]
  private let records: [CSVRecords.Record]

  /// `required` are columns the file must have.
  init(_ text: WorkloadText, required: [String]) throws(WorkloadError) {
    file = text.name
    var reader = CSVRecords(text)
    guard let heading = try reader.next() else {
      throw WorkloadError(
        file, "is empty; the first line names the columns: \(required.joined(separator: ","))…")
    }
    var columns: [String: Int] = [:]
    for (place, name) in heading.fields.enumerated() where !name.isEmpty {
      guard columns.updateValue(place, forKey: name) == nil else {
        throw WorkloadError(file, line: heading.line, "the column \(name) is there twice")
      }
    }
    for name in required where columns[name] == nil {
      throw WorkloadError(file, line: heading.line, "there is no column \(name)")
    }
    self.columns = columns
    var records: [CSVRecords.Record] = []
    while let record = try reader.next() {
      guard record.fields.count == heading.fields.count else {
        let count = "\(record.fields.count) fields where the first line names \(heading.fields.count)"
        throw WorkloadError(file, line: record.line, count)
      }
      records.append(record)
    }
    self.records = records
  }

  var rows: some Sequence<Row> { records.lazy.map { Row(record: $0, table: self) } }
}

extension CSVTable.Row {
  /// A quantity, three decimals at most and not negative; nil when empty.
  func thousandths(_ column: String) throws(WorkloadError) -> Thousandths? {
    guard let text = text(column) else { return nil }
    guard let number = PlainDecimal(text), let value = number.scaled(places: 3) else {
      throw error("\(column) takes a number such as 0.5, three decimals at most, not '\(text)'")
    }
    return Thousandths(value)
  }

  /// Seconds as milliseconds; finer parts are cut off.
  func milliseconds(_ column: String) throws(WorkloadError) -> Int? {
    guard let text = text(column) else { return nil }
    guard let value = PlainDecimal(text)?.cut(places: 3) else {
      throw error("\(column) takes seconds such as 90 or 0.5, not '\(text)'")
    }
    return value
  }

  func int(_ column: String, in range: ClosedRange<Int>) throws(WorkloadError) -> Int? {
    guard let text = text(column) else { return nil }
    guard let value = PlainDecimal(text)?.scaled(places: 0), range.contains(value) else {
      throw error(
        "\(column) takes a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return value
  }
}
