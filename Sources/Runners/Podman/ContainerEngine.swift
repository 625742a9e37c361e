import POSIX

/// The command line that containers are run by: podman's, or docker's where that is what there is.
struct ContainerEngine {
  enum Dialect: String {
    case podman
    case docker
  }

  struct Answer {
    let code: Int
    let output: String
    let errors: String

    var line: String { String(output.prefix { $0 != "\n" }) }
  }

  let path: String
  let dialect: Dialect
  /// A directory for what it says.
  private let directory: String

  /// Looked for besides PATH.
  private static let places = ["/usr/bin", "/usr/local/bin", "/bin", "/opt/podman/bin"]

  init(_ options: PodmanOptions, directory: String) throws(RunFailure) {
    self.directory = directory
    if let command = options.command {
      guard FilePermission.mayExecute(command) else {
        throw RunFailure(
          exitCode: 127,
          "There is no program \(command) on this node, which its agent was told to run containers by: "
            + "install it, or correct the agent's runner option `command`.")
      }
      path = command
    } else if let found = Self.find("podman") ?? Self.find("docker") {
      path = found
    } else {
      throw RunFailure(
        exitCode: 127,
        "There is neither podman nor docker on this node: install podman, runc and catatonit there, or "
          + "name where it is by the agent's runner option `command`.")
    }
    dialect = path.hasSuffix("docker") && !Self.isScript(path) ? .docker : .podman
  }

  private static func find(_ name: String) -> String? {
    let path = (ThisProcess.environment("PATH") ?? "").split(separator: ":").map(String.init)
    return (path.filter { $0.hasPrefix("/") } + places).lazy.map { $0 + "/" + name }.first {
      FileKind(of: $0) == .file && FilePermission.mayExecute($0)
    }
  }

  /// What podman installs as `docker` is a script.
  private static func isScript(_ path: String) -> Bool {
    (try? FileDescriptor.open(path, .read, followingLinks: true).read(0..<2)) == Array("#!".utf8)
  }

  // MARK: - Asking

  /// What of our environment it needs; nothing else of ours reaches it.
  private static let inherited = [
    "HOME", "USER", "LOGNAME", "TMPDIR", "CONTAINERS_CONF", "CONTAINERS_CONF_OVERRIDE",
    "CONTAINERS_STORAGE_CONF", "CONTAINERS_REGISTRIES_CONF", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME",
    "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS", "STORAGE_DRIVER", "STORAGE_OPTS", "CONTAINER_HOST",
    "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY",
  ]

  var environment: [String: String] {
    var variables = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
    for name in Self.inherited { variables[name] = ThisProcess.environment(name) }
    return variables
  }

  /// Options that stand before podman's command.
  private var leading: [String] { dialect == .podman ? ["--log-level", "error"] : [] }

  /// Runs it to its end. `output` takes the place of both its streams; then the answer holds no text. `meanwhile` is
  /// called with it once it has begun.
  func ask(
    _ arguments: [String], extra: [String: String] = [:], from place: String = "/",
    output: FileDescriptor? = nil, meanwhile: (ProcessHandle) -> Void = { _ in }
  ) throws(RunFailure) -> Answer {
    let names = ["said", "complaint"].map { "\(directory)/podman.\($0)" }
    do throws(Errno) {
      let files = try names.map { name throws(Errno) in try FileDescriptor.open(name, .replace) }
      let process = try ChildProcess(
        path, leading + arguments, environment: environment.merging(extra) { $1 }, directory: place,
        output: .descriptor(output ?? files[0]), errors: .descriptor(output ?? files[1]))
      if let handle = (try? ProcessHandle(process.id)).flatMap(\.self) { meanwhile(handle) }
      let end = try process.wait()
      let texts = try files.map { file throws(Errno) in
        String(decoding: try file.read(0..<(1 << 16)), as: UTF8.self)
      }
      return Answer(code: Self.code(end), output: texts[0], errors: texts[1])
    } catch {
      throw RunFailure(exitCode: 125, "\(path) could not be run on this node: \(error).")
    }
  }

  private static func code(_ end: ChildProcess.End) -> Int {
    switch end {
    case .exited(let code): code
    case .killed(let signal): 128 + signal
    }
  }
}
