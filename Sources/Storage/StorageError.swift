import POSIX

/// The reason why the data directory could not be read or written; each case has a sentence that says what to do.
package enum StorageError: Error, Sendable, CustomStringConvertible {
  /// Nothing changed; a later try may succeed.
  case unavailable(String)
  /// A sync failed in some process: what the page cache shows may not be on the disk.
  case poisoned(directory: String)
  /// A file does not hold what it must.
  case damaged(Damage)
  /// Written by a newer Berth.
  case newerFormat(file: String, format: Int)
  /// The directory itself is refused: not there, not ours, not local.
  case unusable(String)
  /// The events asked for are older than those kept.
  case eventsGone(oldest: Int)

  package var description: String {
    switch self {
    case .unavailable(let why):
      return "\(why); nothing was changed"
    case .poisoned(let directory):
      return "a write to \(directory) could not be made durable; end the processes that use it, check the "
        + "disk, then start again or run `berth doctor --repair`"
    case .damaged(let damage):
      return "\(damage); run `berth doctor` and restore from a backup what it names"
    case .newerFormat(let file, let format):
      return "\(file) has format \(format), newer than this berth knows; use a newer berth"
    case .unusable(let why):
      return why
    case .eventsGone(let oldest):
      return "events before \(oldest) are no longer kept; ask for events from there on"
    }
  }
}

/// A fault of a file, and its place there.
package struct Damage: Equatable, Sendable, CustomStringConvertible {
  /// Relative to the data directory.
  package let file: String
  /// Counted from 1.
  package let line: Int?
  /// Bytes from the start of the file.
  package let offset: Int?
  package let why: String

  package init(_ file: String, line: Int? = nil, offset: Int? = nil, _ why: String) {
    self.file = file
    self.line = line
    self.offset = offset
    self.why = why
  }

  package var description: String {
    var place = file
    if let line { place += ", line \(line)" }
    if let offset { place += " (byte \(offset))" }
    return "\(place): \(why)"
  }
}

extension StorageError {
  init(_ failure: Errno) {
    switch failure.code {
    case Errno.noSpace, Errno.overQuota: self = .unavailable("\(failure): free some room on the disk")
    case Errno.fileTooLarge:
      self = .unavailable("\(failure): raise the limit on the size of files (ulimit -f)")
    default: self = .unavailable("\(failure)")
    }
  }

  init(_ failure: ShortWrite) { self.init(failure.cause) }

  init(_ failure: FileLock.Failure, waiting seconds: Double) {
    switch failure {
    case .timedOut:
      self = .unavailable(
        "another process has held the data directory's lock for \(seconds) s (is one stopped?)")
    case .failed(let errno):
      self.init(errno)
    }
  }
}

/// Makes a system call, and makes their failure the storage's.
func system<T>(_ body: @autoclosure () throws(Errno) -> T) throws(StorageError) -> T {
  do throws(Errno) { return try body() } catch { throw StorageError(error) }
}

/// Writes, and makes a short write the storage's failure.
func write(_ bytes: [UInt8], to file: FileDescriptor, at offset: Int) throws(StorageError) {
  do throws(ShortWrite) { try file.write(bytes, at: offset) } catch { throw StorageError(error) }
}
