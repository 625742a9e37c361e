import Glibc

/// The right to use a file, by its path; links are followed.
package enum FilePermission {
  package static func mayExecute(_ path: String) -> Bool { access(path, X_OK) == 0 }

  package static func mayWrite(_ path: String) -> Bool { access(path, W_OK) == 0 }

  /// Mode 0700.
  package static func makeExecutable(_ path: String) throws(Errno) {
    try retryingInterrupts("chmod", path) { chmod(path, 0o700) }
  }
}
