import Glibc

/// A failed system call: which one, on what, and the kernel's answer.
package struct Errno: Error, Equatable, Sendable, CustomStringConvertible {
  package let code: Int32
  package let call: String
  package let subject: String

  package init(_ code: Int32, _ call: String, _ subject: String = "") {
    self.code = code
    self.call = call
    self.subject = subject
  }

  /// The calling thread's `errno`, read before anything else can change it.
  package static func last(_ call: String, _ subject: String = "") -> Errno { Errno(errno, call, subject) }

  package var description: String {
    let what = subject.isEmpty ? call : "\(call) \(subject)"
    return "\(what): \(answer)"
  }

  /// The kernel's answer in words, without the call: "No such file or directory".
  package var answer: String { String(cString: strerror(code)) }

  /// The same within a sentence: "no such file or directory".
  package var reason: String { answer.prefix(1).lowercased() + answer.dropFirst() }
}

/// The kernel's answers that callers tell apart.
extension Errno {
  package static let exists = EEXIST
  package static let notThere = ENOENT
  package static let noSpace = ENOSPC
  package static let overQuota = EDQUOT
  package static let fileTooLarge = EFBIG
  package static let notOwner = EPERM
  package static let notPermitted = EACCES
  package static let notExecutable = ENOEXEC
  package static let tooLong = E2BIG
  package static let fileBusy = ETXTBSY
  package static let noMemory = ENOMEM
  package static let addressInUse = EADDRINUSE
  package static let connectionRefused = ECONNREFUSED
  package static let wouldBlock = EAGAIN
}

/// Calls `body` again while it is interrupted by a signal, and throws on −1.
///
/// Not for `close`: Linux has already released the number when it answers EINTR.
@discardableResult
package func retryingInterrupts<I: FixedWidthInteger>(
  _ call: String, _ subject: @autoclosure () -> String = "", _ body: () -> I
) throws(Errno) -> I {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = errno
    guard code == EINTR else { throw Errno(code, call, subject()) }
  }
}
