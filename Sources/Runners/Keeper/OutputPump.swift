import Logs
import POSIX

/// Carries what a program writes from its pipe into its log.
final class OutputPump {
  private let pipe: NamedPipe
  private let log: LogWriter
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  init(_ path: String, log: LogWriter) throws(Errno) {
    pipe = try NamedPipe(path)
    self.log = log
  }

  deinit { buffer.deallocate() }

  /// Where the program writes.
  var writing: FileDescriptor { pipe.writing }
  /// Readable when there is output.
  var descriptor: Int32 { pipe.reading.number }

  /// Takes what there is, at most some MiB: a program that never stops writing must not be all we hear.
  func pump() {
    for _ in 0..<64 {
      guard let count = try? pipe.read(into: buffer), count > 0 else { return }
      log.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Takes all there is, when nobody writes any more; answers what of the output could not be kept.
  func finish() -> String? {
    pump()
    log.finish()
    return log.problem
  }
}
