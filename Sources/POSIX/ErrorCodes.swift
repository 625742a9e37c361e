import Glibc

/// The kernel's answers that callers tell apart.
extension Errno {
  package static let exists = EEXIST
  package static let notThere = ENOENT
  package static let noRoom = ENOSPC
  package static let overQuota = EDQUOT
  package static let fileTooLarge = EFBIG
}

/// Why a program is not executed: execve(2).
extension Errno {
  package static let notExecutable = ENOEXEC
  package static let notPermitted = EACCES
  package static let tooLong = E2BIG
  package static let fileBusy = ETXTBSY
  package static let noMemory = ENOMEM
}
