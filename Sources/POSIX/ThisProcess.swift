import Glibc

/// The process's own circumstances.
package enum ThisProcess {
  /// The number of the user we are to the file system.
  package static var effectiveUserID: UInt32 { geteuid() }

  package static var id: Int { Int(getpid()) }

  package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// All variables, as children get them.
  package static var environment: [String: String] {
    var found: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let sign = text.firstIndex(of: "=") {
        found[String(text[..<sign])] = String(text[text.index(after: sign)...])
      }
      next += 1
    }
    return found
  }

  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  /// The number of a group given by name or number; nil when there is none of that name.
  package static func group(_ text: String) -> UInt32? {
    if let number = UInt32(text) { return number }
    return getgrnam(text)?.pointee.gr_gid
  }

  /// The file this program was started from.
  package static var executable: String {
    get throws(Errno) { try readLink("/proc/self/exe") }
  }

  package static var workingDirectory: String {
    get throws(Errno) { try readLink("/proc/self/cwd") }
  }

  private static func readLink(_ path: String) throws(Errno) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = try retryingInterrupts("readlink", path) { readlink(path, &buffer, Int(PATH_MAX)) }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
