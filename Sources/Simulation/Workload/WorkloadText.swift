import POSIX

/// The bytes of a workload file and what messages call it.
package struct WorkloadText: Sendable {
  package let name: String
  let bytes: [UInt8]

  package init(name: String, _ text: String) {
    self.name = name
    bytes = Array(text.utf8)
  }

  /// Reads the file at `path`, or standard input for `-`.
  package init(path: String) throws(WorkloadError) {
    name = path == "-" ? "standard input" : path
    do throws(Errno) {
      let file =
        path == "-"
        ? FileDescriptor(borrowing: 0) : try FileDescriptor.open(path, .stream, followingLinks: true)
      bytes = try file.readToEnd()
    } catch {
      throw WorkloadError(name, "\(error)")
    }
    if bytes.starts(with: [0x1F, 0x8B]) {
      throw WorkloadError(name, "this is compressed; pipe it in: gunzip -c FILE | berth simulate … -")
    }
  }
}
