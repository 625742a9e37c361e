import Glibc
import POSIX

/// One run of the `berth` command line.
package struct CommandRun: Sendable {
  package let code: Int
  package let output: String
  package let errors: String

  /// Starts `berth` with `arguments`, gives it `input`, and waits for its end.
  package init(
    _ arguments: [String], in sandbox: Sandbox, input: String = "", environment: [String: String] = [:]
  ) throws {
    let folder = sandbox.path + "/run"
    try Directory.makePath(folder)
    let files = try ["in", "out", "err"].map { try FileDescriptor.open(folder + "/" + $0, .replace) }
    try files[0].write(Array(input.utf8), at: 0)
    let process = try ChildProcess(
      try BerthBinary.path, arguments,
      environment: sandbox.environment.merging(environment) { $1 },
      input: .descriptor(files[0]), output: .descriptor(files[1]), errors: .descriptor(files[2]))
    var end: ChildProcess.End?
    do {
      try eventually("the end of berth \(arguments.joined(separator: " "))") {
        end = try process.poll()
        return end != nil
      }
    } catch {
      process.signal(ChildProcess.kill)
      throw error
    }
    guard case .exited(let code) = end else { throw ContractBreach("berth \(arguments) ended by \(end!)") }
    self.code = code
    output = try Self.text(folder + "/out")
    errors = try Self.text(folder + "/err")
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try FileDescriptor.contents(of: path) ?? [], as: UTF8.self)
  }
}
