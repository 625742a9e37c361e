import JSON
import TestSupport

/// Alice, who owns an organization with a cluster of 8 cpu, 16 ram and 1 gpu, and Bob, a member of it.
struct Fixture {
  let sandbox: Sandbox
  let server: ServerProcess
  let alice: CheckedClient
  let bob: CheckedClient
  /// The organization's own.
  let code: String

  init(_ sandbox: Sandbox, _ settings: ServerProcess.Settings = .init()) throws {
    self.sandbox = sandbox
    server = try sandbox.serve(settings)
    alice = try server.connect()
    bob = try server.connect()
    try alice.signUp("alice")
    code = try alice.createOrganization("acme")
    try alice.createCluster()
    try bob.signUp("bob")
    try bob.call("auth.join_organization", ["code": .string(code)])
  }

  /// Somebody else, with a connection of its own and in no organization.
  func stranger(_ name: String) throws -> CheckedClient {
    let client = try server.connect()
    try client.signUp(name)
    return client
  }
}

func withFixture(_ settings: ServerProcess.Settings = .init(), _ body: (Fixture) throws -> Void) throws {
  try withSandbox { sandbox in try body(try Fixture(sandbox, settings)) }
}

extension CheckedClient {
  /// What a change to a deployment answers.
  @discardableResult
  func change(_ verb: String, _ id: Int, _ more: JSONObject = [:]) throws -> JSONValue {
    try call("deployments.\(verb)", more.adding("deployment_id", .int(id))).at("deployment")
  }

  @discardableResult
  func deploy(_ more: JSONObject) throws -> JSONValue { try deploy("job", more) }

  static func request(_ more: JSONObject) -> JSONObject { request("job", more) }
}
