import POSIX

/// A reader of a part of a file line by line, in chunks, with as much memory as the longest line needs.
struct LineReader {
  struct Line {
    /// Where it starts in the file.
    let offset: Int
    /// Where the next one starts.
    let next: Int
    /// False for a last line without its LF.
    let isComplete: Bool
  }

  private let file: FileDescriptor
  private let end: Int
  private let chunk: Int
  private var buffer: [UInt8] = []
  /// The file offset of `buffer`'s first byte.
  private var base: Int
  /// The line that `advance` found, in `buffer`.
  private var found = 0..<0
  private var nextStart = 0

  init(_ file: FileDescriptor, from start: Int, to end: Int, chunk: Int = 1 << 18) {
    self.file = file
    self.end = end
    self.chunk = chunk
    base = start
  }

  /// Steps to the next line, whose bytes `withLine` then gives; nil at the end.
  mutating func advance() throws(Errno) -> Line? {
    var searched = nextStart
    while true {
      if let place = lineFeed(from: searched) { return step(to: place, isComplete: true) }
      searched = buffer.count
      let kept = searched - nextStart
      guard try fill() else {
        guard kept > 0 else { return nil }
        return step(to: buffer.count, isComplete: false)
      }
      searched = kept
    }
  }

  /// The bytes of the line last found, without its LF.
  func withLine<T, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> T) throws(E) -> T {
    var outcome: Result<T, E>?
    buffer.withUnsafeBytes { bytes in
      do throws(E) { outcome = .success(try body(UnsafeRawBufferPointer(rebasing: bytes[found]))) } catch {
        outcome = .failure(error)
      }
    }
    return try outcome!.get()
  }

  private mutating func step(to place: Int, isComplete: Bool) -> Line {
    found = nextStart..<place
    nextStart = min(place + 1, buffer.count)
    return Line(offset: base + found.lowerBound, next: base + nextStart, isComplete: isComplete)
  }

  private func lineFeed(from start: Int) -> Int? {
    guard start < buffer.count else { return nil }
    return buffer.withUnsafeBytes { bytes in
      UnsafeRawBufferPointer(rebasing: bytes[start...]).place(of: 0x0A).map { start + $0 }
    }
  }

  /// Drops what has been read and reads on; false at the end.
  private mutating func fill() throws(Errno) -> Bool {
    buffer.removeFirst(nextStart)
    base += nextStart
    nextStart = 0
    let from = base + buffer.count
    // A line longer than a chunk: twice as much each time, so that it is copied a bounded number of times.
    let wanted = min(max(chunk, buffer.count), end - from)
    guard wanted > 0 else { return false }
    let more = try file.read(from..<from + wanted)
    buffer.append(contentsOf: more)
    return !more.isEmpty
  }
}
