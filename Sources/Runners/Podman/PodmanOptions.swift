/// The options of an agent's `--runner podman`: how containers are run on its node.
struct PodmanOptions: Equatable {
  /// The program to ask, absolute: podman's or docker's; nil: the first that is found, podman before docker.
  let command: String?
  /// The OCI runtime, by name or path.
  let runtime: String?
  let network: String?
  /// More options of `podman run`, each as one word.
  let runOptions: [String]

  static let taken = [
    RunnerOption(
      "command", .absolutePath, "Podman's or docker's program; the one that is found when not given"),
    RunnerOption("runtime", .word("NAME"), "OCI runtime; the engine's choice when not given"),
    RunnerOption("network", .word("NAME"), "Network of the containers; the engine's choice when not given"),
    RunnerOption(
      "run_options", .arguments(of: allowed),
      "Further options of podman run, --NAME=VALUE, blanks between them"),
  ]

  /// Those of `podman run` that an agent may be told: none that takes from the supervisor what it holds the
  /// container by (its name, labels, output, limits, image).
  private static let allowed: Set<String> = [
    "--add-host", "--annotation", "--cap-add", "--cap-drop", "--cgroup-parent", "--cgroupns", "--cgroups",
    "--cpuset-cpus", "--cpuset-mems", "--device", "--dns", "--dns-search", "--gpus", "--group-add",
    "--hostname", "--http-proxy", "--ipc", "--mount", "--oom-score-adj", "--pid", "--privileged",
    "--read-only", "--security-opt", "--shm-size", "--sysctl", "--tmpfs", "--tz", "--ulimit", "--umask",
    "--user", "--userns", "--uts", "--volume", "--workdir",
  ]

  init(_ options: RunnerOptions) {
    command = options["command"]
    runtime = options["runtime"]
    network = options["network"]
    runOptions = options.arguments("run_options")
  }
}
