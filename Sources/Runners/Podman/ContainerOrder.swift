import Model
import POSIX

/// One attempt as the words of `podman run`.
struct ContainerOrder {
  private let site: AttemptSite
  private let options: PodmanOptions
  private let dialect: ContainerEngine.Dialect

  init(_ site: AttemptSite, _ options: PodmanOptions, _ dialect: ContainerEngine.Dialect) {
    self.site = site
    self.options = options
    self.dialect = dialect
  }

  /// Follows from the attempt's directory, so a later supervisor knows it.
  var name: String { "berth-" + Cgroup.name(of: site.order.name, directory: site.directory) }

  var idFile: String { site.directory + "/container.id" }
  var processFile: String { site.directory + "/container.pid" }
  var monitorFile: String { site.directory + "/monitor.pid" }
  private var environmentFile: String { site.directory + "/container.env" }

  /// Where the container sees the attempt's hints.
  private static let hints = "/run/berth"

  /// Writes what the words refer to, and answers them and what the engine must find in its environment.
  func prepared(image: String) throws(RunFailure) -> (arguments: [String], environment: [String: String]) {
    let devices = ContainerDevices(site.order.gpus)
    let variables = devices.numbered(try variables(), gpus: site.order.gpus)
    let environment = try ContainerEnvironment(variables)
    do {
      try Directory.replace(environmentFile, with: Array(environment.file.utf8), durably: false)
    } catch {
      throw RunFailure(exitCode: 125, "\(environmentFile) cannot be written on its node: \(error).")
    }
    var words = leading + identity + limits
    words += ["--env-file", environmentFile]
    for name in environment.inherited.keys.sorted() { words += ["--env", name] }
    words += try mount()
    for path in devices.paths { words += ["--device", path] }
    if let network = options.network { words += ["--network", network] }
    words += options.runOptions
    words.append(image)
    return (words + site.order.command, environment.inherited)
  }

  /// Those the image has itself are its own.
  private func variables() throws(RunFailure) -> [StringPair] {
    let own = Set(site.order.env.map(\.key))
    return site.environment(hints: Self.hints).filter {
      own.contains($0.key) || ($0.key != "PATH" && $0.key != "LANG")
    }
  }

  private var leading: [String] {
    let runtime = options.runtime.map { ["--runtime", $0] } ?? []
    return dialect == .podman ? runtime + ["run", "-d"] : ["run", "-d"] + runtime
  }

  private var identity: [String] {
    var words = [
      "--name", name, "--cidfile", idFile, "--init", "--pull=never",
      "--label", "berth.deployment=\(site.order.name.deployment)",
      "--label", "berth.attempt=\(site.order.name.number)",
      "--label", "berth.directory=\(site.directory)",
      "--stop-timeout", "\(Int(min(max(site.order.graceSeconds, 0), 1e6).rounded(.up)))",
    ]
    switch dialect {
    case .podman:
      words += ["--pidfile", processFile, "--conmon-pidfile", monitorFile, "--log-driver", "passthrough"]
    case .docker:
      words += ["--log-driver", "json-file", "--log-opt", "max-size=16m", "--log-opt", "max-file=2"]
    }
    return words
  }

  private var limits: [String] {
    var words = ["--pids-limit", "\(Cgroup.pidLimit)"]
    if site.order.cpu > .zero { words += ["--cpus", site.order.cpu.json.text] }
    if site.order.ram > .zero {
      // As much of memory and swap together: none is swapped out.
      words += ["--memory", "\(site.order.ram.bytes)b", "--memory-swap", "\(site.order.ram.bytes)b"]
    }
    return words
  }

  private func mount() throws(RunFailure) -> [String] {
    if !site.hints.contains(":") { return ["--volume", "\(site.hints):\(Self.hints)"] }
    guard !site.hints.contains(",") else {
      throw RunFailure(
        exitCode: 125,
        "The agent's directory \(site.directory) has a colon and a comma in its path, which no container can be given: keep it elsewhere."
      )
    }
    return ["--mount", "type=bind,source=\(site.hints),target=\(Self.hints)"]
  }

  /// Removes the files that a run leaves in the attempt's directory and another run would stumble over.
  func removeFiles() {
    for path in [idFile, processFile, monitorFile, environmentFile] { try? FileDescriptor.remove(path) }
  }
}
