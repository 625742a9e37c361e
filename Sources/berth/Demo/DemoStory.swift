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

    stage.title("Bob asks for a dozen deployments; two halves of the GPU can be had, the others wait.")
    for number in 1...12 {
      try bob.call(
        "deployments.create",
        request("train-\(number)", priority: number % 3 * 10 + 30, gpu: number % 4 == 0 ? "0" : "0.5"))
    }

    stage.title(
      "Alice's is urgent: it preempts the least that makes room, and the preempted returns to the queue.")
    try alice.call("deployments.create", request("urgent", priority: 90, gpu: "0.5"))

    stage.title("What ends makes room for what waits.")
    for status in ["running", "running"] {
      let running = try alice.caller.call("deployments.list_all", ["status": .string(status), "limit": 1])
      guard let id = running["deployments"]?.array?.first?["id"] else { continue }
      try alice.call("deployments.complete", ["deployment_id": id])
    }
    try alice.call("deployments.cancel", ["deployment_id": 12])

    stage.title("How it stands.")
    try stage.table("deployments.list_all", try alice.caller.call("deployments.list_all", [:]))
    try stage.table("clusters.get", try alice.caller.call("clusters.get", ["cluster_id": 1]))
  }

  private func request(_ name: String, priority: Int, gpu: String) -> JSONObject {
    [
      "name": .string(name), "image_path": "/srv/images/train", "cluster_id": 1, "priority": .int(priority),
      "required_cpu": 1, "required_ram": 2,
      "required_gpu": gpu == "0" ? 0 : .number(JSONNumber(thousandths: 500)),
    ]
  }
}
