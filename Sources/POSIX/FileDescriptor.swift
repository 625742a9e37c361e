import Glibc

/// An open file that closes itself with its last reference.
package final class FileDescriptor: Sendable {
  package let number: Int32
  /// False for descriptors that were given to us (standard input and output).
  private let isOwned: Bool

  package init(owning number: Int32) {
    self.number = number
    isOwned = true
  }

  package init(borrowing number: Int32) {
    self.number = number
    isOwned = false
  }

  deinit {
    // Not retried on EINTR: Linux has already released the number.
    if isOwned { _ = close(number) }
  }
}
