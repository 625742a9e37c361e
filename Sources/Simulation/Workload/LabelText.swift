import Model

/// Labels and conditions on them as columns write them: `gpu=A100;zone=b`, and `gpu=A100|H100;zone=b` for one of several.
enum LabelText {
  /// Those of the column `labels`.
  static func labels(_ row: CSVTable.Row) throws(WorkloadError) -> [StringPair] {
    try pairs(row, "labels", form: "KEY=VALUE")
  }

  /// Those of the column `where`; sorted by key, so that the same conditions are one value.
  static func conditions(_ row: CSVTable.Row) throws(WorkloadError) -> [LabelCondition] {
    let pairs = try pairs(row, "where", form: "KEY=VALUE|VALUE…")
    return pairs.map { pair in
      let values = pair.value.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      return LabelCondition(key: pair.key, values: values)
    }.sorted { $0.key < $1.key }
  }

  private static func pairs(_ row: CSVTable.Row, _ column: String, form: String) throws(WorkloadError)
    -> [StringPair]
  {
    guard let text = row.text(column) else { return [] }
    var pairs: [StringPair] = []
    for part in text.split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, !pair[0].isEmpty else {
        throw row.error("\(column) takes \(form) with ; between them, not '\(text)'")
      }
      guard !pairs.contains(where: { $0.key == pair[0] }) else {
        throw row.error("\(column) names \(pair[0]) twice: '\(text)'")
      }
      pairs.append(StringPair(key: String(pair[0]), value: String(pair[1])))
    }
    return pairs
  }
}
