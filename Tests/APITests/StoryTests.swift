import JSON
import Schemas
import TestSupport
import Testing

/// The examples of all schema files, played one after another as the one story that they tell.
struct StoryTests {
  @Test func `every example of every schema happens as it is written`() throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(.socket)
      var player = StoryPlayer(server)
      for step in Story.scenes { try player.play(step) }
      #expect(player.unplayed() == [])
    }
  }
}

/// A step of the story, with who plays which example; nil for what the story needs and no example tells.
struct StoryStep {
  let actor: String
  let method: String
  let example: String?
  var params: JSONObject = [:]
}

enum Story {
  private static func step(_ actor: String, _ method: String, _ example: String) -> StoryStep {
    StoryStep(actor: actor, method: method, example: example)
  }

  private static func logIn(_ actor: String, _ password: String) -> StoryStep {
    StoryStep(
      actor: actor, method: "auth.login", example: nil,
      params: ["username": .string(actor), "password": .string(password)])
  }

  static let scenes = arrival + organization + clusters + work + farewell

  private static let arrival = [
    step("", "server.info", "Anybody asks what this is"),
    step("", "server.ping", "Anybody pings"),
    step("", "auth.register", "Alice registers"),
    step("alice", "auth.login", "Alice logs in"),
    step("alice", "auth.whoami", "Alice asks who she is"),
    step("alice", "server.info", "Alice asks where it is"),
    step("editor", "auth.use_token", "An editor presents the token it was given"),
    step("", "auth.register", "Bob registers"),
    step("", "auth.register", "Carol registers"),
  ]

  private static let organization = [
    step("alice", "organizations.create", "Alice creates an organization"),
    step("alice", "organizations.get", "Alice looks at her organization"),
    step("alice", "tokens.create", "Alice makes a token for her build machine"),
    step("alice", "tokens.list_all", "Alice lists her tokens"),
    step("alice", "invites.create", "Alice invites five viewers for a week"),
    step("alice", "invites.list_all", "Alice lists the invites"),
    logIn("bob", "staple staple staple"),
    step("bob", "auth.join_organization", "Bob joins by the organization's code"),
    logIn("carol", "nine lives of a cat"),
    StoryStep(
      actor: "carol", method: "auth.join_organization", example: nil, params: ["code": "acme-2026-join"]),
    step("alice", "organizations.members", "Alice lists the members"),
  ]

  private static let clusters = [
    step("alice", "scheduler.strategies", "Alice lists the strategies"),
    step("alice", "clusters.create", "Alice creates a cluster by totals"),
    step("alice", "clusters.create", "Alice creates a cluster of two nodes"),
    step("alice", "clusters.list_all", "Alice lists the clusters"),
    step("alice", "clusters.update", "Alice names the strategy of the lab"),
    step(
      "alice", "clusters.update",
      "Alice shares the farm fairly, packs its GPUs and lets the first wait half an hour"),
    step("alice", "nodes.add", "Alice adds a node to the farm"),
    step("alice", "nodes.update", "Alice drains a node"),
    step("alice", "nodes.remove", "Alice removes the node"),
  ]

  private static let work = [
    step("bob", "deployments.create", "Bob trains a model"),
    step("bob", "deployments.create", "Bob serves a model for a day at most"),
    step("bob", "deployments.create", "Bob's sweep waits for half a GPU"),
    step("bob", "deployments.get", "Bob looks at his first deployment"),
    step("bob", "deployments.explain", "Bob asks why the sweep waits"),
    step("bob", "deployments.plan", "Bob asks what an urgent job would do"),
    step("alice", "clusters.get", "Alice looks at the lab"),
    step("alice", "deployments.list_all", "Alice lists what runs in the lab"),
    step("bob", "events.list_all", "Bob sees when his first deployment started"),
    step("bob", "events.subscribe", "Bob follows what starts and ends"),
    step("bob", "events.unsubscribe", "Bob stops following"),
    step("bob", "deployments.update", "Bob raises the sweep"),
    step("bob", "deployments.checkpoint", "Bob's training keeps a checkpoint"),
    step("bob", "deployments.complete", "Bob's training is done"),
    step("bob", "deployments.fail", "Bob's server has crashed"),
    step("bob", "deployments.cancel", "Bob cancels the sweep"),
    step("bob", "deployments.create", "Bob evaluates what was trained"),
    step("alice", "nodes.add", "Alice adds a node that an agent runs"),
    step("alice", "nodes.sync", "Its agent reports for the first time"),
    step("bob", "deployments.create", "Bob finetunes where an agent runs it"),
    step("alice", "nodes.sync", "The agent learns what to run"),
    step("alice", "nodes.sync", "The agent reports that the program runs"),
    step("alice", "nodes.append_log", "The agent sends what the program wrote"),
    step("alice", "nodes.sync", "The agent reports the end"),
    step("bob", "deployments.logs", "Bob reads what the finetuning wrote"),
    StoryStep(actor: "alice", method: "nodes.remove", example: nil, params: ["node_id": 5]),
    step("alice", "server.metrics", "Alice asks how the server does"),
  ]

  private static let farewell = [
    step("alice", "clusters.delete", "Alice deletes the farm"),
    step("alice", "organizations.set_role", "Alice makes Bob an operator"),
    step("bob", "organizations.leave", "Bob leaves"),
    step("alice", "organizations.remove_member", "Alice removes Carol"),
    step("alice", "organizations.update", "Alice makes the old code useless"),
    step(
      "alice", "organizations.update",
      "Alice lets a user have two GPUs running and members ask for priority 80 at most"),
    step("alice", "invites.revoke", "Alice revokes the invite"),
    step("alice", "tokens.revoke", "Alice revokes the build machine's token"),
    step("alice", "auth.change_password", "Alice changes her password"),
    logIn("alice", "a longer horse battery"),
    step("alice", "auth.logout", "Alice logs out"),
  ]
}
