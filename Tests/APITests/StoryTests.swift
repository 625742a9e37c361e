import JSON
import Schemas
import TestSupport
import Testing

/// The examples of all schema files, played one after another as the one story that they tell.
struct StoryTests {
  @Test func `every example of every schema happens as it is written`() throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(.socket)
      var stage = Stage(server)
      for scene in Story.scenes { try stage.play(scene) }
      #expect(stage.unplayed() == [])
    }
  }
}

/// Who plays which example; nil for what the story needs and no example tells.
struct Scene {
  let actor: String
  let method: String
  let example: String?
  var params: JSONObject = [:]
}

enum Story {
  private static func scene(_ actor: String, _ method: String, _ example: String) -> Scene {
    Scene(actor: actor, method: method, example: example)
  }

  private static func logIn(_ actor: String, _ password: String) -> Scene {
    Scene(
      actor: actor, method: "auth.login", example: nil,
      params: ["username": .string(actor), "password": .string(password)])
  }

  static let scenes = arrival + organization + clusters + work + farewell

  private static let arrival = [
    scene("", "server.info", "Anybody asks what this is"),
    scene("", "server.ping", "Anybody pings"),
    scene("", "auth.register", "Alice registers"),
    scene("alice", "auth.login", "Alice logs in"),
    scene("alice", "auth.whoami", "Alice asks who she is"),
    scene("editor", "auth.use_token", "An editor presents the token it was given"),
    scene("", "auth.register", "Bob registers"),
    scene("", "auth.register", "Carol registers"),
  ]

  private static let organization = [
    scene("alice", "organizations.create", "Alice creates an organization"),
    scene("alice", "organizations.get", "Alice looks at her organization"),
    scene("alice", "tokens.create", "Alice makes a token for her build machine"),
    scene("alice", "tokens.list_all", "Alice lists her tokens"),
    scene("alice", "invites.create", "Alice invites five viewers for a week"),
    scene("alice", "invites.list_all", "Alice lists the invites"),
    logIn("bob", "staple staple staple"),
    scene("bob", "auth.join_organization", "Bob joins by the organization's code"),
    logIn("carol", "nine lives of a cat"),
    Scene(
      actor: "carol", method: "auth.join_organization", example: nil, params: ["code": "acme-2026-join"]),
    scene("alice", "organizations.members", "Alice lists the members"),
  ]

  private static let clusters = [
    scene("alice", "scheduler.strategies", "Alice lists the strategies"),
    scene("alice", "clusters.create", "Alice creates a cluster by totals"),
    scene("alice", "clusters.create", "Alice creates a cluster of two nodes"),
    scene("alice", "clusters.list_all", "Alice lists the clusters"),
    scene("alice", "clusters.update", "Alice names the strategy of the lab"),
    scene(
      "alice", "clusters.update",
      "Alice shares the farm fairly, packs its GPUs and lets the first wait half an hour"),
    scene("alice", "nodes.add", "Alice adds a node to the farm"),
    scene("alice", "nodes.update", "Alice drains a node"),
    scene("alice", "nodes.remove", "Alice removes the node"),
  ]

  private static let work = [
    scene("bob", "deployments.create", "Bob trains a model"),
    scene("bob", "deployments.create", "Bob serves a model for a day at most"),
    scene("bob", "deployments.create", "Bob's sweep waits for half a GPU"),
    scene("bob", "deployments.get", "Bob looks at his first deployment"),
    scene("bob", "deployments.explain", "Bob asks why the sweep waits"),
    scene("bob", "deployments.plan", "Bob asks what an urgent job would do"),
    scene("alice", "clusters.get", "Alice looks at the lab"),
    scene("alice", "deployments.list_all", "Alice lists what runs in the lab"),
    scene("bob", "events.list_all", "Bob sees when his first deployment started"),
    scene("bob", "events.subscribe", "Bob follows what starts and ends"),
    scene("bob", "events.unsubscribe", "Bob stops following"),
    scene("bob", "deployments.update", "Bob raises the sweep"),
    scene("bob", "deployments.checkpoint", "Bob's training keeps a checkpoint"),
    scene("bob", "deployments.complete", "Bob's training is done"),
    scene("bob", "deployments.fail", "Bob's server has crashed"),
    scene("bob", "deployments.cancel", "Bob cancels the sweep"),
    scene("bob", "deployments.create", "Bob evaluates what was trained"),
    scene("alice", "nodes.add", "Alice adds a node that an agent runs"),
    scene("alice", "nodes.sync", "Its agent reports for the first time"),
    scene("bob", "deployments.create", "Bob finetunes where an agent runs it"),
    scene("alice", "nodes.sync", "The agent learns what to run"),
    scene("alice", "nodes.sync", "The agent reports that the program runs"),
    scene("alice", "nodes.append_log", "The agent sends what the program wrote"),
    scene("alice", "nodes.sync", "The agent reports the end"),
    scene("bob", "deployments.logs", "Bob reads what the finetuning wrote"),
    Scene(actor: "alice", method: "nodes.remove", example: nil, params: ["node_id": 5]),
    scene("alice", "server.metrics", "Alice asks how the server does"),
  ]

  private static let farewell = [
    scene("alice", "clusters.delete", "Alice deletes the farm"),
    scene("alice", "organizations.set_role", "Alice makes Bob an operator"),
    scene("bob", "organizations.leave", "Bob leaves"),
    scene("alice", "organizations.remove_member", "Alice removes Carol"),
    scene("alice", "organizations.update", "Alice makes the old code useless"),
    scene(
      "alice", "organizations.update",
      "Alice lets a user have two GPUs running and members ask for priority 80 at most"),
    scene("alice", "invites.revoke", "Alice revokes the invite"),
    scene("alice", "tokens.revoke", "Alice revokes the build machine's token"),
    scene("alice", "auth.change_password", "Alice changes her password"),
    logIn("alice", "a longer horse battery"),
    scene("alice", "auth.logout", "Alice logs out"),
  ]
}
