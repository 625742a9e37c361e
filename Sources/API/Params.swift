import JSON
import Model
import Services

// Params as the services take them.

extension DeploymentSpec {
  convenience init(_ params: JSONObject) {
    self.init(
      name: params["name"]?.string ?? "", imagePath: params["image_path"]?.string ?? "",
      command: params.strings("command"), env: params.stringPairs("env") ?? [],
      required: Resources(
        cpu: params.thousandths("required_cpu") ?? .zero, ram: params.thousandths("required_ram") ?? .zero,
        gpu: params.thousandths("required_gpu") ?? .zero),
      maxDuration: params["max_duration"]?.number?.double,
      graceSeconds: params["grace_seconds"]?.number?.double ?? DeploymentSpec.defaultGraceSeconds,
      minRuntime: params["min_runtime"]?.number?.double ?? 0,
      preemptible: params["preemptible"]?.bool ?? true, retries: params["retries"]?.int ?? 0)
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
    guard let organization = state.organizations[id], let role = state.users[caller.user.id]?.membership?.role
    else {
      throw .unknown("organization", id)
    }
    return ["organization": organization.object(for: role)]
  }
}
