import CPosix
import Glibc

/// The machine's processors, and which of them the calling thread runs on.
package enum Processors {
  package static var count: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

  /// Runs `body` on the processor of that number, and what it starts there too.
  package static func with<T>(_ number: Int, _ body: () throws -> T) throws -> T {
    try run(on: number)
    defer { try? run(on: -1) }
    return try body()
  }

  /// -1: any.
  private static func run(on number: Int) throws(Errno) {
    let code = cposix_run_on(Int32(number))
    guard code == 0 else { throw Errno(code, "sched_setaffinity") }
  }
}
