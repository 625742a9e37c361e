import POSIX

/// The folder in which the output of a data directory's attempts is kept: `logs/<deployment>/<attempt>.log`.
package struct LogFolder: Sendable {
  package static let name = "logs"
  /// Of one attempt's output, unless told otherwise.
  package static let defaultLimitBytes = 64 << 20

  package let path: String

  package init(dataDirectory: String) { path = dataDirectory + "/" + Self.name }

  package func directory(of deployment: Int) -> String { "\(path)/\(deployment)" }

  package func file(of deployment: Int, attempt: Int) -> String {
    "\(directory(of: deployment))/\(attempt).log"
  }

  package func reader(of deployment: Int, attempt: Int) throws(Errno) -> LogReader? {
    try LogReader(path: file(of: deployment, attempt: attempt))
  }
}

/// A kept log, as housekeeping sees it.
package struct KeptLog: Sendable {
  package let deployment: Int
  package let attempt: Int
  /// What it takes on the disk.
  package let bytes: Int
  /// Wall clock.
  package let writtenMilliseconds: Int
}

extension LogFolder {
  /// Every log there is, the one written longest ago first; what is not named as ours is passed over.
  package func all() throws(Errno) -> [KeptLog] {
    var logs: [KeptLog] = []
    for deployment in try Self.names(in: path).compactMap({ Int($0) }) {
      let folder = directory(of: deployment)
      for name in try Self.names(in: folder) where name.hasSuffix(".log") {
        // Another prune may have been here since it was listed.
        guard let attempt = Int(name.dropLast(4)),
          let status = try? FileDescriptor.open("\(folder)/\(name)", .read).status()
        else { continue }
        logs.append(
          KeptLog(
            deployment: deployment, attempt: attempt, bytes: status.allocatedBytes,
            writtenMilliseconds: status.modifiedMilliseconds))
      }
    }
    return logs.sorted { $0.writtenMilliseconds < $1.writtenMilliseconds }
  }

  /// Removes the log, and its directory with its last one.
  package func remove(_ log: KeptLog) throws(Errno) {
    let folder = try Directory(directory(of: log.deployment))
    try folder.remove("\(log.attempt).log")
    if try folder.names().isEmpty { Directory.removeIfEmpty(folder.path) }
  }

  private static func names(in path: String) throws(Errno) -> [String] {
    do throws(Errno) { return try Directory(path).names() } catch {
      guard error.code == Errno.notThere else { throw error }
      return []
    }
  }
}
