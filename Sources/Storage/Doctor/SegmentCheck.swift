import POSIX

/// The check of the files that final rows were moved to.
enum SegmentCheck {
  /// `live` are the ids that the state still holds: none of them may be in history too.
  static func findings(_ history: History, live: Set<Int>, nextID: Int) throws(StorageError) -> [Finding] {
    var findings: [Finding] = []
    for segment in history.segments {
      if try sum(segment) != segment.entry.sum {
        findings.append(.fault(segment.name, "the checksum in the table's header does not fit the content"))
      }
    }
    var walks: [SegmentWalk] = []
    for segment in history.segments {
      walks.append(try SegmentWalk(segment, after: nil, ascending: true))
    }
    var (last, rows) = (0, 0)
    while let next = walks.nearest(ascending: true) {
      let id = walks[next].id!
      let name = history.segments[next].name
      if rows > 0, id <= last { findings.append(.fault(name, "id \(id) is not above id \(last)")) }
      if live.contains(id) { findings.append(.fault(name, "id \(id) is also in the table")) }
      if id >= nextID { findings.append(.fault(name, "id \(id) is not below the next id \(nextID)")) }
      (last, rows) = (id, rows + 1)
      try walks[next].step()
    }
    if rows != history.count {
      findings.append(
        .fault("history", "it holds \(rows) rows, and the table's header says \(history.count)"))
    }
    return findings
  }

  private static func sum(_ segment: Segment) throws(StorageError) -> UInt32 {
    var sum: UInt32 = 0
    var place = 0
    while place < segment.entry.bytes {
      let bytes = try system(segment.file.read(place..<min(place + 1 << 20, segment.entry.bytes)))
      guard !bytes.isEmpty else { break }
      sum = CRC32C.checksum(bytes, seed: sum)
      place += bytes.count
    }
    return sum
  }
}
