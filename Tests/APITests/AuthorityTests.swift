import API
import JSON
import TestSupport
import Testing

/// Each method tried by each role and each scope, against the table of who may call what.
struct AuthorityTests {
  /// From least to most; `outsider` is in no organization.
  static let roles = ["outsider", "viewer", "member", "operator", "owner"]

  @Test func `the table knows every method`() {
    #expect(Authority.all.map(\.method).sorted() == MethodCatalog.all.map(\.name).sorted())
  }

  @Test func `a role calls what it may, and is refused what it may not, whatever the method`() throws {
    try withSandbox { sandbox in
      let roles = try RoleClients(try sandbox.serve(.socket))
      for rule in Authority.all where rule.scope != nil {
        for (rank, role) in Self.roles.enumerated() {
          let isAllowed = rank >= (Self.roles.firstIndex(of: rule.role) ?? 0)
          let answer = try roles.tries(rule, as: role, scope: "full")
          #expect(answer.isForbidden != isAllowed, "\(role) calls \(rule.method): \(answer.text)")
        }
      }
    }
  }

  @Test func `a token reaches as far as its scope, even an owner's`() throws {
    let reach: [String: Set<String>] = [
      "full": ["read", "deploy", "checkpoint", "agent", "full"], "deploy": ["read", "deploy", "checkpoint"],
      "agent": ["read", "checkpoint", "agent"], "read": ["read"],
    ]
    try withSandbox { sandbox in
      let roles = try RoleClients(try sandbox.serve(.socket))
      for (scope, allowed) in reach.sorted(by: { $0.key < $1.key }) {
        for rule in Authority.all {
          guard let needed = rule.scope else { continue }
          let answer = try roles.tries(rule, as: "owner", scope: scope)
          #expect(
            answer.isForbidden != allowed.contains(needed), "\(scope) calls \(rule.method): \(answer.text)")
        }
      }
    }
  }

  @Test func `without a token nothing is answered but what is open to all`() throws {
    try withSandbox { sandbox in
      let roles = try RoleClients(try sandbox.serve(.socket))
      for rule in Authority.all {
        let client = try roles.stranger()
        if rule.scope != nil {
          #expect(try client.refusal(rule.method, rule.params).code == 1001, "\(rule.method)")
          let forged = rule.params.adding("token", "berth_forged")
          #expect(try client.refusal(rule.method, forged).code == 1001, "\(rule.method)")
        } else if !rule.params.members.isEmpty || rule.method.hasPrefix("server.") {
          try client.call(rule.method, rule.params)
        }
      }
    }
  }

  @Test func `a member ends its own deployments alone, an operator any, a viewer none`() throws {
    try withSandbox { sandbox in
      let roles = try RoleClients(try sandbox.serve(.socket))
      let member = try roles.client("member")
      for method in ["deployments.cancel", "deployments.complete", "deployments.fail"] {
        let own = try member.deploy().at("id")
        try member.call(method, ["deployment_id": own])
        let others = try roles.client("owner").deploy().at("id")
        #expect(try member.refusal(method, ["deployment_id": others]).code == 1003)
        #expect(try roles.client("viewer").refusal(method, ["deployment_id": others]).code == 1003)
        try roles.client("operator").call(method, ["deployment_id": others])
      }
    }
  }

  @Test func `who was made a viewer may not end what it began as a member`() throws {
    try withSandbox { sandbox in
      let roles = try RoleClients(try sandbox.serve(.socket))
      let member = try roles.client("member")
      let own: JSONObject = ["deployment_id": try member.deploy().at("id")]
      let id = try member.call("auth.whoami").at("user", "id")
      let owner = try roles.client("owner")
      try owner.call("organizations.set_role", ["user_id": id, "role": "viewer"])
      #expect(try member.refusal("deployments.cancel", own).code == 1003)
      #expect(try member.refusal("deployments.create", CheckedClient.request()).code == 1003)
      try owner.call("organizations.set_role", ["user_id": id, "role": "operator"])
      try member.call("deployments.cancel", own)
    }
  }
}
