import Model
import Services
import Testing

@Suite struct RoleDecisionTests {
  /// With the lowest role that may.
  private static let decisions:
    [(name: String, role: Role, make: @Sendable (Caller, inout Work) throws -> Void)] = [
      ("deploy", .member, { _ = try Deployments.create(deployment, by: $0, &$1) }),
      ("make a cluster", .operator, { _ = try Clusters.create(name: "other", nodes: [], by: $0, &$1) }),
      (
        "pause a cluster", .operator,
        { try Clusters.update(ClusterID(1), name: nil, strategy: nil, paused: true, by: $0, &$1) }
      ),
      (
        "add a node", .operator,
        {
          _ = try Nodes.add(NodeRequest(name: "x", capacity: .cores(1)), toCluster: ClusterID(1), by: $0, &$1)
        }
      ),
      (
        "invite", .operator,
        {
          _ = try Invites.create(code: "i", role: .member, maxUses: nil, expiresIn: nil, by: $0, &$1)
        }
      ),
      ("set limits", .owner, { try Organizations.setLimits(by: $0, &$1) { $0.userPending = 9 } }),
      ("change the code", .owner, { _ = try Organizations.rotateCode(to: "another", by: $0, &$1) }),
    ]
  private static let deployment = DeploymentRequest(
    DeploymentSpec(name: "d", imagePath: "/bin/true", required: .cores(1)), priority: nil, in: ClusterID(1),
    ifRevision: nil)

  @Test(arguments: Role.allCases, decisions.indices)
  func `a role may what it may, and what those below it may`(role: Role, index: Int) throws {
    let (name, least, make) = Self.decisions[index]
    try withDecisions { fixture in
      try fixture.cluster(cores: [1])
      try fixture.join("bob", as: role)
      guard role < least else {
        try fixture.decide(as: "bob", make)
        return
      }
      #expect(try fixture.refusal(as: "bob", make).kind == "forbidden", "\(role) may not \(name)")
    }
  }

  @Test func `another organization's cluster is not found, like one that is not there`() throws {
    try withDecisions { fixture in
      try fixture.cluster(cores: [1])
      try fixture.register("eve")
      try fixture.decide(as: "eve") {
        _ = try Organizations.create(name: "else", inviteCode: "eves", by: $0, &$1)
      }
      let request = fixture.request(1)
      for cluster in [ClusterID(1), ClusterID(99)] {
        let error = try fixture.refusal(as: "eve") { eve, work in try Clusters.find(cluster, for: eve, work) }
        guard case .notFound("There is no cluster \(cluster) that you can see.", [:]) = error else {
          Issue.record("\(error)")
          continue
        }
      }
      #expect(
        try fixture.refusal(as: "eve") { try Deployments.create(request, by: $0, &$1) }.kind == "not_found")
    }
  }

  @Test func `an organization is never without an owner`() throws {
    try withDecisions { fixture in
      try fixture.join("bob")
      let ann = try fixture.read { try fixture.caller("ann", $0).user.id }
      #expect(try fixture.refusal(as: "ann") { try Organizations.leave($0, &$1) }.kind == "conflict")
      let demotion = { (caller: Caller, work: inout Work) in
        try Organizations.setRole(of: ann, to: .member, by: caller, &work)
      }
      #expect(try fixture.refusal(as: "ann", demotion).kind == "conflict")
      try fixture.decide(as: "ann") { caller, work in
        let bob = try fixture.caller("bob", work).user.id
        try Organizations.setRole(of: bob, to: .owner, by: caller, &work)
      }
      try fixture.decide(as: "ann", demotion)
      #expect(try fixture.refusal(as: "bob") { try Organizations.leave($0, &$1) }.kind == "conflict")
    }
  }

  @Test func `an operator invites nobody above a member`() throws {
    try withDecisions { fixture in
      try fixture.join("bob", as: .operator)
      func invite(_ role: Role) -> (Caller, inout Work) throws -> Invite {
        { try Invites.create(code: "as \(role)", role: role, maxUses: nil, expiresIn: nil, by: $0, &$1) }
      }
      for role in [Role.viewer, .member] { try fixture.decide(as: "bob", invite(role)) }
      for role in [Role.operator, .owner] {
        #expect(try fixture.refusal(as: "bob", invite(role)).kind == "forbidden")
        try fixture.decide(as: "ann", invite(role))
      }
    }
  }

  @Test func `an invite lets in as many as it has uses, until its time is over`() throws {
    try withDecisions { fixture in
      try fixture.decide(as: "ann") {
        _ = try Invites.create(code: "once", role: .viewer, maxUses: 1, expiresIn: nil, by: $0, &$1)
        _ = try Invites.create(code: "soon", role: .operator, maxUses: nil, expiresIn: 60, by: $0, &$1)
      }
      for name in ["bob", "eve", "kim"] { try fixture.register(name) }
      #expect(
        try fixture.decide(as: "bob") { try Organizations.join(code: "once", by: $0, &$1) }.role == .viewer)
      #expect(
        try fixture.refusal(as: "eve") { try Organizations.join(code: "once", by: $0, &$1) }.kind
          == "not_found")
      #expect(
        try fixture.decide(as: "eve") { try Organizations.join(code: "soon", by: $0, &$1) }.role == .operator)
      try fixture.pass(seconds: 60)
      #expect(
        try fixture.refusal(as: "kim") { try Organizations.join(code: "soon", by: $0, &$1) }.kind
          == "not_found")
    }
  }
}
