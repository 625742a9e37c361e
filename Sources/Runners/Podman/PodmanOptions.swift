import JSON

/// What the agent was told of how containers are run on its node.
struct PodmanOptions: Equatable {
  /// The program to ask, absolute: podman's or docker's; nil: the first that is found, podman before docker.
  var command: String?
  /// The OCI runtime, by name or path.
  var runtime: String?
  var network: String?
  /// More options of `podman run`, each as one word.
  var runOptions: [String] = []

  /// Those of `podman run` that an agent may be told: none that takes from the supervisor what it holds the
  /// container by (its name, labels, output, limits, image).
  static let allowed: Set<String> = [
    "--add-host", "--annotation", "--cap-add", "--cap-drop", "--cgroup-parent", "--cgroupns", "--cgroups",
    "--cpuset-cpus", "--cpuset-mems", "--device", "--dns", "--dns-search", "--gpus", "--group-add",
    "--hostname", "--http-proxy", "--ipc", "--mount", "--oom-score-adj", "--pid", "--privileged",
    "--read-only", "--security-opt", "--shm-size", "--sysctl", "--tmpfs", "--tz", "--ulimit", "--umask",
    "--user", "--userns", "--uts", "--volume", "--workdir",
  ]

  init(_ object: JSONObject) throws(RunFailure) {
    for member in object.members {
      switch member.key {
      case "command": command = try Self.path(member.value)
      case "runtime": runtime = try Self.word(member.value, "runtime")
      case "network": network = try Self.word(member.value, "network")
      case "run_options": runOptions = try Self.list(member.value)
      case _:
        throw Self.refusal(
          "The podman runner has no option `\(member.key)`: it takes `command`, `runtime`, `network` and "
            + "`run_options`.")
      }
    }
  }

  private static func refusal(_ sentence: String) -> RunFailure { RunFailure(exitCode: 125, sentence) }

  private static func path(_ value: JSONValue) throws(RunFailure) -> String {
    guard let text = value.string, text.hasPrefix("/") else {
      throw refusal("The podman runner's option `command` is the absolute path of podman or docker.")
    }
    return text
  }

  private static func word(_ value: JSONValue, _ name: String) throws(RunFailure) -> String {
    guard let text = value.string, let first = text.utf8.first, first != UInt8(ascii: "-"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      throw refusal("The podman runner's option `\(name)` is one word that does not begin with \"-\".")
    }
    return text
  }

  private static func list(_ value: JSONValue) throws(RunFailure) -> [String] {
    guard let array = value.array else {
      throw refusal("The podman runner's option `run_options` is a list such as [\"--shm-size=1g\"].")
    }
    var options: [String] = []
    for item in array {
      let text = item.string ?? ""
      guard allowed.contains(String(text.prefix { $0 != "=" })) else {
        throw refusal(
          "The podman runner's `run_options` take no \"\(text)\": write each as one word, as in "
            + "\"--shm-size=1g\", and of these: \(allowed.sorted().joined(separator: " ")).")
      }
      options.append(text)
    }
    return options
  }
}
