import JSON
import Model
import Services

// Params as the services take them.

extension DeploymentSpec {
  convenience init(_ params: JSONObject) {
    self.init(
      name: params["name"]?.string ?? "", imagePath: ImagePath.resolved(params["image_path"]?.string ?? ""),
      command: params.strings("command"), env: params.stringPairs("env") ?? [],
      required: Resources(
        cpu: params.thousandths("required_cpu") ?? .zero, ram: params.thousandths("required_ram") ?? .zero,
        gpu: params.thousandths("required_gpu") ?? .zero),
      maxDuration: params["max_duration"]?.number?.double,
      graceSeconds: params["grace_seconds"]?.number?.double ?? DeploymentSpec.defaultGraceSeconds,
      minRuntime: params["min_runtime"]?.number?.double ?? 0,
      preemptible: params["preemptible"]?.bool ?? true, retries: params["retries"]?.int ?? 0,
      conditions: params["where"]?.object.map { [LabelCondition]($0) } ?? [],
      dependsOn: Set((params["depends_on"]?.array ?? []).compactMap(\.int)).sorted().map(DeploymentID.init))
  }
}

enum ImagePath {
  /// An absolute path without `.`, `..` and doubled slashes; anything else is a runner's own reference, and stays.
  static func resolved(_ path: String) -> String {
    guard path.hasPrefix("/") else { return path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}

extension DeploymentRequest {
  init(_ params: JSONObject) {
    self.init(
      DeploymentSpec(params), priority: params["priority"]?.int,
      in: ClusterID(params["cluster_id"]?.int ?? 0), ifRevision: params["if_revision"]?.int)
  }
}

extension Limits {
  /// What is given is set, null for no limit; what is not stays as it is.
  mutating func take(_ params: JSONObject) {
    if params["user_cpu"] != nil { userCPU = params.thousandths("user_cpu") }
    if params["user_ram"] != nil { userRAM = params.thousandths("user_ram") }
    if params["user_gpu"] != nil { userGPU = params.thousandths("user_gpu") }
    if let pending = params["user_pending"] { userPending = pending.int }
    if let priority = params["member_priority"] { memberPriority = priority.int }
  }
}

extension NodeRequest {
  init(_ params: JSONObject) {
    self.init(
      name: params["name"]?.string ?? "",
      capacity: Resources(
        cpu: params.thousandths("cpu") ?? .zero, ram: params.thousandths("ram") ?? .zero,
        gpu: params.thousandths("gpu") ?? .zero),
      labels: params.stringPairs("labels") ?? [], managed: params["managed"]?.bool ?? false)
  }
}

extension Invocation {
  /// The nodes of `clusters.create`: as listed, or one named `default` with the totals.
  func requestedNodes() throws(ServiceError) -> [NodeRequest] {
    let totals = ["total_cpu", "total_ram", "total_gpu"]
    if let listed = params["nodes"]?.array {
      if let both = totals.first(where: { params[$0] != nil }) {
        throw .invalid(pointer: "/\(both)", "cannot be given together with nodes")
      }
      return listed.map { NodeRequest($0.object ?? [:]) }
    }
    for total in totals where params[total] == nil {
      throw .invalid(pointer: "/\(total)", "is missing: give all three totals, or nodes")
    }
    let capacity = Resources(
      cpu: params.thousandths("total_cpu") ?? .zero, ram: params.thousandths("total_ram") ?? .zero,
      gpu: params.thousandths("total_gpu") ?? .zero)
    return [NodeRequest(name: "default", capacity: capacity)]
  }
}

extension Organizations {
  /// The `organization` result, with what the caller's role may see of it.
  static func shown(_ id: OrganizationID, to caller: Caller, _ work: borrowing Work) throws(ServiceError)
    -> JSONObject
  {
    let state = work.fold.state
    guard let membership = state.users[caller.user.id]?.membership, membership.organizationID == id,
      let organization = state.organizations[id]
    else {
      throw .unknown("organization", id)
    }
    return ["organization": organization.object(for: membership.role, scope: caller.session.scope)]
  }
}
