import Glibc

/// The kernel's answers that callers tell apart.
extension Errno {
  package static let exists = EEXIST
  package static let notThere = ENOENT
  package static let noRoom = ENOSPC
  package static let overQuota = EDQUOT
  package static let fileTooLarge = EFBIG
}

/// Who we are to the file system.
package enum UserID {
  package static var effective: UInt32 { geteuid() }
}
