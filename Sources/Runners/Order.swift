import JSON
import Model

/// The name of one attempt of one deployment.
package struct AttemptName: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let deployment: DeploymentID
  /// From 1.
  package let number: Int

  package init(deployment: DeploymentID, number: Int) {
    self.deployment = deployment
    self.number = number
  }

  /// From `12.3`: deployment 12, attempt 3.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let id = parts[0], let number = parts[1] else { return nil }
    self.init(deployment: DeploymentID(id), number: number)
  }

  package var description: String { "\(deployment).\(number)" }

  package static func < (a: Self, b: Self) -> Bool {
    (a.deployment, a.number) < (b.deployment, b.number)
  }
}

/// An attempt as the server wants it run.
package struct Order: Hashable, Sendable {
  package let name: AttemptName
  package let deploymentName: String
  package let imagePath: String
  /// Without the program's own name.
  package let command: [String]
  package let env: [StringPair]
  package let gpus: [GPUShare]
  /// Cores.
  package let cpu: Thousandths
  /// GiB.
  package let ram: Thousandths
  package let graceSeconds: Double
  /// What an earlier attempt left to go on from.
  package let checkpoint: String?

  package init(
    name: AttemptName, deploymentName: String, imagePath: String, command: [String] = [],
    env: [StringPair] = [], gpus: [GPUShare] = [], cpu: Thousandths = .zero, ram: Thousandths = .zero,
    graceSeconds: Double = 30, checkpoint: String? = nil
  ) {
    self.name = name
    self.deploymentName = deploymentName
    self.imagePath = imagePath
    self.command = command
    self.env = env
    self.gpus = gpus
    self.cpu = cpu
    self.ram = ram
    self.graceSeconds = graceSeconds
    self.checkpoint = checkpoint
  }
}

extension Order {
  /// From an entry of `desired`, as `nodes.sync` answers it; nil when it has not its shape.
  package init?(_ entry: JSONObject) {
    guard let id = entry["deployment_id"]?.int, let attempt = entry["attempt"]?.int,
      let deploymentName = entry["name"]?.string, let imagePath = entry["image_path"]?.string,
      let cpu = entry["limits"]?["cpu"]?.number?.thousandths,
      let ram = entry["limits"]?["ram"]?.number?.thousandths
    else { return nil }
    self.init(
      name: AttemptName(deployment: DeploymentID(id), number: attempt), deploymentName: deploymentName,
      imagePath: imagePath, command: (entry["command"]?.array ?? []).compactMap(\.string),
      env: (entry["env"]?.object?.members ?? []).map {
        StringPair(key: $0.key, value: $0.value.string ?? "")
      },
      gpus: (entry["gpus"]?.array ?? []).compactMap { gpu in
        guard let index = gpu["index"]?.int, let share = gpu["share"]?.number?.thousandths else { return nil }
        return GPUShare(index: index, share: Thousandths(share))
      },
      cpu: Thousandths(cpu), ram: Thousandths(ram),
      graceSeconds: entry["grace_seconds"]?.number?.double ?? DeploymentSpec.defaultGraceSeconds,
      checkpoint: entry["checkpoint"]?.string)
  }

  /// The same entry.
  package var json: JSONObject {
    [
      "deployment_id": .int(name.deployment.rawValue),
      "attempt": .int(name.number),
      "name": .string(deploymentName),
      "image_path": .string(imagePath),
      "command": .array(command.map(JSONValue.string)),
      "env": env.json,
      "gpus": gpus.json,
      "limits": ["cpu": cpu.json, "ram": ram.json],
      "grace_seconds": .seconds(graceSeconds),
      "checkpoint": .optional(checkpoint),
    ]
  }
}
