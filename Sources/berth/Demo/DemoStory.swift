import JSON

/// Two users, an organization, a cluster, a dozen deployments, a preemption and the end of it.
struct DemoStory {
  let stage: DemoStage

  init(_ stage: DemoStage) { self.stage = stage }

  func tell() throws {
    let alice = try stage.person("alice")
    let bob = try stage.person("bob")
    stage.title("Alice registers and makes an organization; Bob joins it with its code.")
    for person in [alice, bob] {
      let account: JSONObject = [
        "username": .string(person.name), "password": .string("\(person.name)-demo-password"),
      ]
      try person.call("auth.register", account)
      try person.call("auth.login", account)
    }
    let organization = try alice.call("organizations.create", ["name": "robotics"])
    try bob.call("auth.join_organization", ["code": organization["organization"]?["invite_code"] ?? .null])

    stage.title("Alice adds a machine: 8 cores, 16 GiB, 1 GPU.")
    try alice.call(
      "clusters.create", ["name": "lab", "total_cpu": 8, "total_ram": 16, "total_gpu": 1])

    stage.title("Bob asks for a dozen deployments of mixed priority. Who finds no room is told why.")
    for number in 1...12 {
      let priority = number % 3 * 10 + 30
      try bob.call("deployments.create", request("train-\(number)", priority, halfGPU: number % 4 != 0))
    }

    stage.title("Alice's is urgent: what matters least makes room, and waits again by itself.")
    try alice.call("deployments.create", request("urgent", 90, halfGPU: true))
    for victim in try deployments(as: alice, "pending") where victim["preemptions"] != 0 {
      try bob.call("deployments.get", ["deployment_id": victim["id"] ?? .null])
    }

    stage.title("What ends makes room for what waits, higher priority first.")
    for running in try deployments(as: bob, "running").prefix(2) {
      try bob.call("deployments.complete", ["deployment_id": running["id"] ?? .null])
    }
    try bob.call("deployments.cancel", ["deployment_id": 12])

    stage.title("How it stands.")
    try stage.table("deployments.list_all", try alice.caller.call("deployments.list_all", [:]))
    try stage.table("clusters.get", try alice.caller.call("clusters.get", ["cluster_id": 1]))
  }

  private func deployments(as person: DemoPerson, _ status: String) throws -> [JSONValue] {
    try person.caller.call("deployments.list_all", ["status": .string(status)])["deployments"]?.array ?? []
  }

  private func request(_ name: String, _ priority: Int, halfGPU: Bool) -> JSONObject {
    [
      "name": .string(name), "image_path": "/srv/train", "cluster_id": 1, "priority": .int(priority),
      "required_cpu": 1, "required_ram": 2,
      "required_gpu": .number(JSONNumber(thousandths: halfGPU ? 500 : 0)),
    ]
  }
}
