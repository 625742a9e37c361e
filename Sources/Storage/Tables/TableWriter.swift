import JSON
import POSIX

/// A writer of a table's file: one JSON document, one row a line.
struct TableWriter {
  private var output: FileWriter
  private let sumOffset: Int
  private var isEmpty = true

  init(_ header: TableHeader, to file: FileDescriptor) throws(StorageError) {
    let (line, sumOffset) = header.line
    try write(line, to: file, at: 0)
    self.sumOffset = sumOffset
    output = FileWriter(
      file, at: line.count, seed: CRC32C.checksum(TableHeader.summed(line, sumOffset: sumOffset)))
  }

  mutating func append(_ row: JSONObject) throws(StorageError) {
    if !isEmpty { output.append(",") }
    if !isEmpty { output.append("\n") }
    isEmpty = false
    try output.append(row)
  }

  /// Ends the document; returns only after it is on disk (its name needs the directory's sync).
  mutating func finish() throws(StorageError) {
    if !isEmpty { output.append("\n") }
    try output.append("]}\n".utf8)
    try output.flush()
    try write(Array(SealedLine.hexadecimal(output.sum).utf8), to: output.file, at: sumOffset)
    try system(output.file.sync())
  }
}
