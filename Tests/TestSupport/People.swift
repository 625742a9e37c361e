import JSON

/// The calls that most tests begin with, checked like any other.
extension CheckedClient {
  package static func password(of name: String) -> String { "\(name)-has-a-password" }

  /// Registers and logs in; the connection is this user's from now on. Answers the user's id.
  @discardableResult
  package func signUp(_ name: String) throws -> Int {
    let account: JSONObject = ["username": .string(name), "password": .string(Self.password(of: name))]
    let id = try call("auth.register", account).id(of: "user")
    try logIn(name)
    return id
  }

  /// Answers the token.
  @discardableResult
  package func logIn(_ name: String) throws -> String {
    let account: JSONObject = ["username": .string(name), "password": .string(Self.password(of: name))]
    guard let token = try call("auth.login", account).at("access_token").string else {
      throw ContractBreach("no token")
    }
    return token
  }

  /// Answers the code to join it by.
  @discardableResult
  package func createOrganization(_ name: String) throws -> String {
    let made = try call("organizations.create", ["name": .string(name)])
    guard let code = made.at("organization", "invite_code").string else { throw ContractBreach("no code") }
    return code
  }

  /// Answers its id.
  @discardableResult
  package func createCluster(
    _ name: String = "lab", cpu: JSONValue = 8, ram: JSONValue = 16, gpu: JSONValue = 1
  ) throws -> Int {
    try call(
      "clusters.create", ["name": .string(name), "total_cpu": cpu, "total_ram": ram, "total_gpu": gpu]
    ).id(of: "cluster")
  }

  /// Params of a deployment of 1 cpu, 2 ram and so much GPU, with what else is wanted.
  package static func request(
    _ name: String = "job", cluster: Int = 1, gpu: JSONValue = 0, _ more: JSONObject = [:]
  ) -> JSONObject {
    let usual: JSONObject = [
      "name": .string(name), "image_path": "/srv/images/job", "cluster_id": .int(cluster), "required_cpu": 1,
      "required_ram": 2, "required_gpu": gpu,
    ]
    return JSONObject(members: usual.members.filter { more[$0.key] == nil } + more.members)
  }

  /// Creates a deployment, and answers it.
  @discardableResult
  package func deploy(
    _ name: String = "job", cluster: Int = 1, gpu: JSONValue = 0, _ more: JSONObject = [:]
  ) throws -> JSONValue {
    try call("deployments.create", Self.request(name, cluster: cluster, gpu: gpu, more)).at("deployment")
  }

  package func deployment(_ id: Int) throws -> JSONValue {
    try call("deployments.get", ["deployment_id": .int(id)]).at("deployment")
  }

  package func cluster(_ id: Int = 1) throws -> JSONValue {
    try call("clusters.get", ["cluster_id": .int(id)]).at("cluster")
  }

  /// Every deployment that the caller can see, page by page.
  package func allDeployments(_ params: JSONObject = [:]) throws -> [JSONValue] {
    var rows: [JSONValue] = []
    var params = params
    while true {
      let page = try call("deployments.list_all", params)
      rows += page.at("deployments").array ?? []
      guard page.at("next_cursor") != .null else { return rows }
      params = JSONObject(members: params.members.filter { $0.key != "cursor" })
      params.append("cursor", page.at("next_cursor"))
    }
  }
}
