import JSON
import TestSupport

/// An organization with a user of each role, who are called by it, and a user in none.
final class RoleClients {
  private let server: ServerProcess
  private var clients: [String: CheckedClient] = [:]
  private var tokens: [String: JSONValue] = [:]

  init(_ server: ServerProcess) throws {
    self.server = server
    let owner = try server.connect()
    try owner.signUp("owner")
    try owner.createOrganization("acme")
    try owner.createCluster()
    try owner.deploy()
    try owner.deploy()
    try owner.call("deployments.cancel", ["deployment_id": 2])
    clients["owner"] = owner
    for role in ["viewer", "member", "operator"] {
      let code = try owner.call("invites.create", ["role": .string(role)]).at("invite", "code")
      let client = try server.connect()
      try client.signUp(role)
      try client.call("auth.join_organization", ["code": code])
      clients[role] = client
    }
    let outsider = try server.connect()
    try outsider.signUp("outsider")
    clients["outsider"] = outsider
  }

  func client(_ role: String) throws -> CheckedClient {
    guard let client = clients[role] else { throw ContractBreach("there is no \(role)") }
    return client
  }

  /// A connection that is nobody's.
  func stranger() throws -> CheckedClient { try server.connect() }

  struct Answer {
    let isForbidden: Bool
    let text: String
  }

  /// Calls with a created token of the user, which survives a logout, on a connection of its own.
  func tries(_ rule: Authority, as role: String, scope: String) throws -> Answer {
    let connection = try server.connect()
    let params = rule.params.adding("token", try token(of: role, scope))
    do {
      return Answer(isForbidden: false, text: try connection.call(rule.method, params).text)
    } catch let refused as Refused {
      return Answer(isForbidden: refused.code == 1003, text: refused.description)
    }
  }

  private func token(of role: String, _ scope: String) throws -> JSONValue {
    if let known = tokens[role + scope] { return known }
    let made = try client(role).call("tokens.create", ["name": "probe", "scope": .string(scope)])
    tokens[role + scope] = made.at("token", "text")
    return made.at("token", "text")
  }
}
