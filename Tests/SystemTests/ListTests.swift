import JSON
import TestSupport
import Testing

/// deployments.list_all over what lives and what is in history, page by page.
struct ListTests {
  @Test func `pages over history and the living are one list, either way round`() throws {
    try withFixture(.init(.socket, snapshotAfter: 3000)) { fixture in
      try Snapshots.force(by: fixture.bob, in: fixture.sandbox, count: 3)
      var statuses: [Int: JSONValue] = [:]
      for row in try fixture.bob.allDeployments() { statuses[row.at("id").int ?? 0] = row.at("status") }
      for number in 0..<30 {
        let id =
          try fixture.bob.deploy("n\(number % 3)", ["required_cpu": 0.1, "required_ram": 0.1]).at("id").int
          ?? 0
        statuses[id] = "running"
        if number % 2 == 0 { statuses[id] = try fixture.bob.change("complete", id).at("status") }
      }
      let ids = statuses.keys.sorted()
      #expect(ids == Array(1...ids.count))
      for limit in [1, 7, 1000] {
        let rows = try fixture.bob.allDeployments(["limit": .int(limit)])
        #expect(rows.map { $0.at("id").int } == ids)
        #expect(rows.allSatisfy { $0.at("status") == statuses[$0.at("id").int ?? 0] })
        let back = try fixture.bob.allDeployments(["limit": .int(limit), "newest_first": true])
        #expect(back == rows.reversed())
      }
      let completed = ids.filter { statuses[$0] == "completed" }
      let found = try fixture.bob.allDeployments(["status": "completed", "limit": 4])
      #expect(found.map { $0.at("id").int } == completed)
      let named = try fixture.bob.allDeployments(["name": "n1", "limit": 3, "newest_first": true])
      #expect(named.count == 10 && named.allSatisfy { $0.at("name") == "n1" })
      #expect(try fixture.bob.allDeployments(["user_id": 1]) == [])
      // What is in history is found by its number too, and cannot be changed any more.
      #expect(try fixture.bob.deployment(1) == fixture.bob.allDeployments(["limit": 1]).first)
      #expect(
        try fixture.bob.refusal("deployments.cancel", ["deployment_id": 1]).data["status"] == "cancelled")
    }
  }

  @Test func `what is created while somebody pages is at the end, and nothing comes twice`() throws {
    try withFixture { fixture in
      for _ in 0..<5 { try fixture.bob.deploy() }
      let first = try fixture.bob.call("deployments.list_all", ["limit": 3])
      try fixture.bob.change("complete", 2)
      try fixture.bob.deploy()
      let rest = try fixture.bob.allDeployments(["limit": 3, "cursor": first.at("next_cursor")])
      #expect(rest.map { $0.at("id").int } == [4, 5, 6])
    }
  }

  @Test func `the last page says that it is`() throws {
    try withFixture { fixture in
      #expect(try fixture.bob.call("deployments.list_all").at("next_cursor") == .null)
      for _ in 0..<2 { try fixture.bob.deploy() }
      #expect(try fixture.bob.call("deployments.list_all", ["limit": 3]).at("next_cursor") == .null)
      #expect(try fixture.bob.call("deployments.list_all", ["limit": 2]).at("next_cursor") == .null)
      #expect(try fixture.bob.call("deployments.list_all", ["limit": 1]).at("next_cursor") != .null)
    }
  }

  @Test func `params may be given by position, in the schema's order`() throws {
    try withFixture { fixture in
      let line = try fixture.server.line()
      let token = try fixture.bob.logIn("bob")
      let login = #"{"jsonrpc":"2.0","id":1,"method":"auth.use_token","params":["\#(token)"]}"#
      #expect(
        try JSONParser.parse(try line.call(Array(login.utf8))).at("result", "user", "username") == "bob")
      let create = """
        {"jsonrpc":"2.0","id":2,"method":"deployments.create","params":["job","/i",1,60,1,2,0.5]}
        """
      let made = try JSONParser.parse(try line.call(Array(create.utf8))).at("result", "deployment")
      #expect(made.at("priority") == 60 && made.at("required_gpu") == 0.5 && made.at("status") == "running")
      let many = #"{"jsonrpc":"2.0","id":3,"method":"server.ping","params":[1,2]}"#
      #expect(try JSONParser.parse(try line.call(Array(many.utf8))).at("error", "code") == -32602)
    }
  }
}
