import CPosix
import Glibc

/// The start of a program that must not outlive the thread that starts it, nor escape its limits.
///
/// It runs in a session of its own, with default signals, standard input empty, and no descriptor but the
/// standard ones; the kernel kills it when the starting thread ends (prctl(2), PR_SET_PDEATHSIG; a set-user-id
/// program is not). For processes of one thread.
package struct ProgramLaunch {
  /// Absolute.
  package var path: String
  /// Without its own name.
  package var arguments: [String]
  /// `NAME=value`.
  package var environment: [String]
  package var directory = "/"
  /// Becomes standard output and error.
  package var output: FileDescriptor
  /// `tasks` files of the version 1 control groups that it is run in, open for writing.
  package var tasks: [FileDescriptor] = []
  /// The directory of the version 2 control group that it is run in.
  package var unifiedGroup: FileDescriptor?
  /// Bytes of address space each of its processes may have (RLIMIT_AS).
  package var addressSpace: Int?

  package init(path: String, arguments: [String], environment: [String], output: FileDescriptor) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.output = output
  }

  /// Nothing of the program ran.
  package struct Failure: Error, Sendable {
    package enum Step: Sendable {
      case fork
      case joinGroup
      case changeDirectory
      case prepare
      case execute
    }

    package let step: Step
    package let cause: Errno

    fileprivate init(step: Int32, code: Int32, path: String) {
      switch step {
      case CPOSIX_LAUNCH_JOIN: self.step = .joinGroup
      case CPOSIX_LAUNCH_DIRECTORY: self.step = .changeDirectory
      case CPOSIX_LAUNCH_PREPARE: self.step = .prepare
      case CPOSIX_LAUNCH_EXECUTE: self.step = .execute
      default: self.step = .fork
      }
      cause = Errno(code, "execve", path)
    }
  }

  /// Returns the id of the process when it runs the program; a child to be waited for.
  package func start() throws(Failure) -> pid_t {
    var step: Int32 = 0
    var code: Int32 = 0
    let id = withCStrings([path] + arguments) { argv in
      withCStrings(environment) { envp in
        path.withCString { path in
          directory.withCString { directory in
            tasks.map(\.number).withUnsafeBufferPointer { tasks in
              var program = cposix_program(
                path: path, arguments: argv, environment: envp, directory: directory, output: output.number,
                tasks: tasks.baseAddress, task_count: Int32(tasks.count),
                unified_group: unifiedGroup?.number ?? -1, address_space: UInt64(addressSpace ?? 0))
              let id = cposix_launch(&program, &step)
              code = errno
              return id
            }
          }
        }
      }
    }
    guard id > 0 else { throw Failure(step: step, code: code, path: path) }
    return id
  }
}

/// Calls `body` with the strings as `execve` takes them, a null pointer after the last.
func withCStrings<T>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> T
) -> T {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}
