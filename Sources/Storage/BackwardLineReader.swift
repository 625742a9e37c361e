import POSIX

/// A reader of a part of a file line by line from its end; each line there ends in LF.
struct BackwardLineReader {
  private let file: FileDescriptor
  private let start: Int
  private let chunk: Int
  private var buffer: [UInt8] = []
  /// The file offset of `buffer`'s first byte.
  private var base: Int
  /// What of `buffer` has not been handed over; it ends behind an LF.
  private var unread = 0
  private var found = 0..<0

  init(_ file: FileDescriptor, from start: Int, to end: Int, chunk: Int = 1 << 16) {
    self.file = file
    self.start = start
    self.chunk = chunk
    base = end
  }

  static func empty(_ file: FileDescriptor) -> BackwardLineReader {
    BackwardLineReader(file, from: 0, to: 0)
  }

  /// Steps to the line before, whose bytes `withLine` then gives; nil at the start.
  mutating func advance() throws(Errno) -> LineReader.Line? {
    while true {
      if let place = lineFeed() { return step(from: place + 1) }
      guard base > start else { return unread > 0 ? step(from: 0) : nil }
      let length = min(max(chunk, unread), base - start)
      buffer = try file.read(base - length..<base) + buffer[..<unread]
      base -= length
      unread = buffer.count
    }
  }

  func withLine<T, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> T) throws(E) -> T {
    var outcome: Result<T, E>?
    buffer.withUnsafeBytes { bytes in
      do throws(E) { outcome = .success(try body(UnsafeRawBufferPointer(rebasing: bytes[found]))) } catch {
        outcome = .failure(error)
      }
    }
    return try outcome!.get()
  }

  private mutating func step(from place: Int) -> LineReader.Line {
    found = place..<unread - 1
    let line = LineReader.Line(offset: base + place, next: base + unread, isComplete: true)
    unread = place
    return line
  }

  /// The LF that ends the line before the last unread one.
  private func lineFeed() -> Int? {
    guard unread > 1 else { return nil }
    return buffer.withUnsafeBytes { bytes in
      var place = unread - 2
      while place >= 0, bytes[place] != 0x0A { place -= 1 }
      return place >= 0 ? place : nil
    }
  }
}
