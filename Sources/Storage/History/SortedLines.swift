import POSIX

/// Lines that each begin with an integer key (`{"id":12,`) and rise by it: one is found by reading a few
/// blocks of the file.
struct SortedLines {
  let file: FileDescriptor
  /// Relative to the data directory, for messages.
  let name: String
  /// Where the lines are in the file.
  let bounds: Range<Int>
  private let prefix: [UInt8]

  private static let block = 4096
  /// Below this a walk from line to line is as good as another jump.
  private static let walkable = 8192

  init(_ file: FileDescriptor, name: String, bounds: Range<Int>, key: String) {
    self.file = file
    self.name = name
    self.bounds = bounds
    prefix = Array("{\"\(key)\":".utf8)
  }

  /// The key that `line` begins with.
  func key(of line: UnsafeRawBufferPointer) -> Int? {
    guard line.starts(with: prefix) else { return nil }
    var value = 0
    for place in prefix.count..<line.count {
      let digit = line[place] &- UInt8(ascii: "0")
      guard digit < 10 else { return place > prefix.count ? value : nil }
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      guard !over, product <= Int.max - 9 else { return nil }
      value = product + Int(digit)
    }
    return nil
  }

  func damage(at offset: Int) -> StorageError {
    .damaged(Damage(name, offset: offset, "a line does not begin with its key"))
  }

  /// Where the first line stands whose key is `key` or higher; the end of the lines when there is none.
  ///
  /// `keys` are those of the first and the last line. Half of the jumps interpolate between what is known,
  /// which ends after a few where keys are dense; the other half bisect, which bounds the worst case.
  func offset(ofFirstAtLeast key: Int, keys: ClosedRange<Int>) throws(StorageError) -> Int {
    // Lines that start before `low` have lower keys; those that start at or behind `high` do not.
    var (low, high) = (bounds.lowerBound, bounds.upperBound)
    var (lowKey, highKey) = (keys.lowerBound, keys.upperBound)
    var interpolates = true
    while high - low > Self.walkable {
      var middle = low + (high - low) / 2
      if interpolates, highKey > lowKey {
        // Within the keys, wherever the one looked for would be.
        let share = min(max(0, Double(key) - Double(lowKey)) / Double(highKey - lowKey), 1)
        let guess = low + Int(share * Double(high - low)) - Self.walkable / 4
        middle = min(max(guess, low + 1), high - 1)
      }
      interpolates.toggle()
      guard let (start, found) = try firstLine(from: middle, before: high) else {
        high = middle
        continue
      }
      if found < key { (low, lowKey) = (start, found) } else { (high, highKey) = (middle, found) }
    }
    return try walk(to: key, from: low)
  }

  private func walk(to key: Int, from low: Int) throws(StorageError) -> Int {
    var lines = LineReader(file, from: low, to: bounds.upperBound, chunk: Self.walkable)
    while let line = try system(lines.advance()) {
      guard let found = lines.withLine({ self.key(of: $0) }) else { throw damage(at: line.offset) }
      if found >= key { return line.offset }
    }
    return bounds.upperBound
  }

  /// The first line that starts in `place..<end`, and its key; nil when none does. `place` is no line's
  /// first byte known to be one, so the line before it is skipped to its LF.
  private func firstLine(from place: Int, before end: Int) throws(StorageError) -> (start: Int, key: Int)? {
    var lines = LineReader(file, from: place - 1, to: bounds.upperBound, chunk: Self.block)
    guard let before = try system(lines.advance()), before.isComplete, before.next < end,
      let line = try system(lines.advance())
    else { return nil }
    guard let key = lines.withLine({ self.key(of: $0) }) else { throw damage(at: line.offset) }
    return (line.offset, key)
  }
}
