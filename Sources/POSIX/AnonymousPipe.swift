import CPosix
import Glibc

/// A pipe whose ends no child inherits but the one they are given to (pipe2(2), O_CLOEXEC).
package struct AnonymousPipe {
  package let reading: FileDescriptor
  package let writing: FileDescriptor

  package init() throws(Errno) {
    var ends: [Int32] = [-1, -1]
    let code = cposix_pipe(&ends)
    guard code == 0 else { throw Errno(code, "pipe2") }
    reading = FileDescriptor(owning: ends[0])
    writing = FileDescriptor(owning: ends[1])
  }
}
