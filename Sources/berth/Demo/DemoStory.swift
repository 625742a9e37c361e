import JSON

/// Two users, an organization, a machine with an agent, deployments that really run, a preemption and the end of it.
struct DemoStory {
  let run: DemoRun

  init(_ run: DemoRun) { self.run = run }

  func tell() throws {
    let alice = try run.person("alice")
    let bob = try run.person("bob")
    run.title("Alice registers and makes an organization; Bob joins it with its code.")
    for person in [alice, bob] {
      let account: JSONObject = [
        "username": .string(person.name), "password": .string("\(person.name)-demo-password"),
      ]
      try person.call("auth.register", account)
      try person.call("auth.login", account)
    }
    let organization = try alice.call("organizations.create", ["name": "robotics"])
    try bob.call("auth.join_organization", ["code": organization["organization"]?["invite_code"] ?? .null])

    run.title(
      "Alice adds a machine with 8 cores, 16 GiB and 1 GPU, and starts its agent: berth agent --node box.")
    let node: JSONValue = ["name": "box", "cpu": 8, "ram": 16, "gpu": 1, "managed": true]
    try alice.call("clusters.create", ["name": "lab", "nodes": [node]])
    try startAgent(as: alice)

    run.title("Bob asks for deployments of mixed priority. Who finds no room is told why.")
    for (number, priority) in [50, 60, 30, 40].enumerated() {
      try bob.call(
        "deployments.create", request("train-\(number + 1)", priority, halfGPU: true, steps: 100_000))
    }
    try bob.call("deployments.create", request("clean", 20, halfGPU: false, steps: 5))
    try bob.show(5, once: "completed")
    try run.output(of: 5, attempt: 1, as: bob)

    run.title("Alice's is urgent: what matters least stops, with a checkpoint, and waits again by itself.")
    for id in [1, 2] { try bob.show(.int(id), once: "running") }
    try alice.call("deployments.create", request("urgent", 90, halfGPU: true, steps: 20))
    try bob.show(1, once: "pending")
    try run.output(of: 1, attempt: 1, as: bob)

    run.title("When it has ended, Bob's goes on from where it was.")
    try alice.show(6, once: "completed")
    try bob.show(1, once: "running")
    try run.awaitOutput(of: 1, attempt: 2, as: bob)

    run.title("What ends makes room for what waits, higher priority first.")
    try bob.call("deployments.cancel", ["deployment_id": 2])
    try bob.show(2, once: "cancelled")
    try bob.show(4, once: "running")

    run.title("How it stands.")
    try run.table("deployments.list_all", try alice.caller.call("deployments.list_all", [:]))
    try run.table("clusters.get", try alice.caller.call("clusters.get", ["cluster_id": 1]))
    try end(as: bob)
  }

  private func startAgent(as person: DemoPerson) throws {
    let made = try person.caller.call("tokens.create", ["name": "box", "scope": "agent"])
    try run.server.startAgent(of: "box", token: made["token"]?["text"]?.string ?? "")
    while try person.caller.call("clusters.get", ["cluster_id": 1])["cluster"]?["nodes"]?.array?.first?[
      "status"]
      != "ready"
    { run.pause() }
  }

  /// Nothing of it is to go on behind the demo.
  private func end(as person: DemoPerson) throws {
    for id in [3, 4, 1] {
      _ = try person.caller.call("deployments.cancel", ["deployment_id": .int(id)])
    }
    for id in [1, 4] {
      _ = try person.caller.call("deployments.get", ["deployment_id": .int(id), "wait_seconds": 30])
    }
  }

  private func request(_ name: String, _ priority: Int, halfGPU: Bool, steps: Int) -> JSONObject {
    [
      "name": .string(name), "image_path": .string(run.server.program), "command": [.string("\(steps)")],
      "cluster_id": 1, "priority": .int(priority), "required_cpu": 1, "required_ram": 2,
      "required_gpu": .number(JSONNumber(thousandths: halfGPU ? 500 : 0)),
    ]
  }
}
