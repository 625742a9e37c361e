import JSON

/// The part of a deployment that was asked for and never changes; shared by all copies of a deployment.
package final class DeploymentSpec: Sendable {
  package let name: String
  package let imagePath: String
  package let command: [String]
  package let env: [StringPair]
  package let required: Resources
  /// Seconds from an attempt's start; nil: unlimited.
  package let maxDuration: Double?
  /// Seconds between SIGTERM and SIGKILL.
  package let graceSeconds: Double
  /// Seconds from an attempt's start before which it is not preempted.
  package let minRuntime: Double
  package let preemptible: Bool
  /// Further attempts after a failure.
  package let retries: Int
  /// What the labels of its node have to be; sorted by key.
  package let conditions: [LabelCondition]
  /// What has to complete before it may start; rising.
  package let dependsOn: [DeploymentID]

  package static let defaultGraceSeconds = 30.0

  package init(
    name: String, imagePath: String, command: [String] = [], env: [StringPair] = [], required: Resources,
    maxDuration: Double? = nil, graceSeconds: Double = defaultGraceSeconds, minRuntime: Double = 0,
    preemptible: Bool = true, retries: Int = 0, conditions: [LabelCondition] = [],
    dependsOn: [DeploymentID] = []
  ) {
    self.name = name
    self.imagePath = imagePath
    self.command = command
    self.env = env
    self.required = required
    self.maxDuration = maxDuration
    self.graceSeconds = graceSeconds
    self.minRuntime = minRuntime
    self.preemptible = preemptible
    self.retries = retries
    self.conditions = conditions
    self.dependsOn = dependsOn
  }

  init(_ fields: Fields) throws {
    name = try fields.string("name")
    imagePath = try fields.string("image_path")
    command = try fields.strings("command")
    env = try fields.stringMap("env")
    required = try fields.resources()
    maxDuration = try fields.optionalDouble("max_duration")
    graceSeconds = try fields.optionalDouble("grace_seconds") ?? Self.defaultGraceSeconds
    minRuntime = try fields.optionalDouble("min_runtime") ?? 0
    preemptible = !fields.bool("unpreemptible")
    retries = try fields.optionalInt("retries") ?? 0
    conditions = fields.object["where"]?.object.map { [LabelCondition]($0) } ?? []
    dependsOn = try fields.ids("depends_on")
  }

  func append(to row: inout JSONObject) {
    row.append("name", name)
    row.append("image_path", imagePath)
    if !command.isEmpty { row.append("command", .array(command.map(JSONValue.string))) }
    if !env.isEmpty { row.append("env", env.json) }
    row.append(required)
    if let maxDuration { row.append("max_duration", .seconds(maxDuration)) }
    if graceSeconds != Self.defaultGraceSeconds { row.append("grace_seconds", .seconds(graceSeconds)) }
    if minRuntime != 0 { row.append("min_runtime", .seconds(minRuntime)) }
    row.append("unpreemptible", ifTrue: !preemptible)
    if retries != 0 { row.append("retries", .int(retries)) }
    if !conditions.isEmpty { row.append("where", conditions.json) }
    if !dependsOn.isEmpty { row.append("depends_on", .array(dependsOn.map { .int($0.rawValue) })) }
  }
}

extension JSONValue {
  /// A duration; finite by the schemas' bounds.
  package static func seconds(_ value: Double) -> JSONValue {
    JSONNumber(value).map(JSONValue.number) ?? .null
  }
}
