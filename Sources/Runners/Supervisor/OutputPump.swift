import Logs
import POSIX

/// A carrier of what a program writes, from its pipe into its log.
package final class OutputPump {
  private let pipe: NamedPipe
  private let log: LogWriter
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  init(_ path: String, log: LogWriter) throws(Errno) {
    pipe = try NamedPipe(path)
    self.log = log
  }

  deinit { buffer.deallocate() }

  /// Where the program writes.
  package var writing: FileDescriptor { pipe.writing }
  /// Readable when there is output.
  package var descriptor: Int32 { pipe.reading.number }

  /// Takes what there is, at most some MiB: a program that never stops writing must not be all we hear.
  func pump() {
    for _ in 0..<64 {
      guard let piece = read() else { return }
      log.append(piece)
    }
  }

  /// Takes what there is past the log, at most one buffer full.
  func take() -> [UInt8] { read().map { Array($0) } ?? [] }

  /// Puts into the log what was taken past it.
  func keep(_ bytes: [UInt8]) { bytes.withUnsafeBytes { log.append($0) } }

  private func read() -> UnsafeRawBufferPointer? {
    guard let count = try? pipe.read(into: buffer), count > 0 else { return nil }
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }

  /// Takes all there is, when nobody writes any more; answers what of the output could not be kept.
  func finish() -> String? {
    pump()
    log.finish()
    return log.problem
  }
}
