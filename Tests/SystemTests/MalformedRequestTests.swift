import JSON
import RPC
import TestSupport
import Testing

/// Requests that are not as they must be: refused with what is wrong, all of it, and where.
struct MalformedRequestTests {
  @Test func `-32602: every violation is told at once, each with its pointer`() throws {
    try withFixture { fixture in
      let params: JSONObject = [
        "name": "no spaces allowed", "image_path": "/i", "cluster_id": "one", "required_cpu": -1,
        "required_ram": 0.0001, "colour": "red",
      ]
      let refused = try fixture.bob.refusal("deployments.create", params, isValid: false)
      #expect(refused.code == -32602 && refused.kind == "invalid_params")
      let errors = refused.data["errors"]?.array ?? []
      let pointers = Set(errors.compactMap { $0.at("pointer").string })
      let expected: Set = ["/name", "/cluster_id", "/required_cpu", "/required_gpu", "/colour"]
      #expect(pointers.isSuperset(of: expected), "\(refused)")
      #expect(errors.allSatisfy { Set($0.object?.keys ?? []) == ["pointer", "message"] })
      #expect(try fixture.bob.allDeployments() == [])
    }
  }

  @Test func `-32602: what only the service can know is told in the same shape`() throws {
    try withFixture { fixture in
      let cases: [(String, JSONObject, String)] = [
        ("auth.register", ["username": "new", "password": "short"], "/password"),
        ("clusters.create", ["name": "x", "total_cpu": 1, "total_ram": 1], "/total_gpu"),
        (
          "deployments.create", CheckedClient.request(["required_cpu": 0, "required_ram": 0]), "/required_cpu"
        ),
        ("deployments.list_all", ["cursor": "x"], "/cursor"),
        ("clusters.update", ["cluster_id": 1, "strategy": "no-such"], "/strategy"),
      ]
      for (method, params, pointer) in cases {
        let refused = try fixture.alice.refusal(method, params, isValid: false)
        #expect(refused.code == -32602, "\(method): \(refused)")
        #expect(refused.data["errors"]?.array?.first?.at("pointer") == .string(pointer), "\(refused)")
      }
    }
  }

  @Test func `NUL and control characters are refused in every text`() throws {
    try withFixture { fixture in
      let cases: [(String, JSONObject)] = [
        ("auth.register", ["username": "a\0b", "password": "long enough"]),
        ("auth.register", ["username": "ab", "password": "long\0enough"]),
        ("auth.login", ["username": "ali\0ce", "password": "x"]),
        ("auth.join_organization", ["code": "\0"]),
        ("deployments.create", CheckedClient.request(["image_path": "/srv/\0"])),
        ("deployments.create", CheckedClient.request(["command": ["a\0b"]])),
        ("deployments.create", CheckedClient.request(["env": ["A": "\0"]])),
        ("deployments.create", CheckedClient.request(["env": ["A\0": "1"]])),
        ("deployments.create", CheckedClient.request(["request_key": "a\0"])),
        ("deployments.complete", ["deployment_id": 1, "message": "\0"]),
        ("tokens.create", ["name": "a\0", "scope": "read"]),
        ("auth.whoami", ["token": "berth_\0"]),
      ]
      for (method, params) in cases {
        let refused = try fixture.alice.refusal(method, params, isValid: false)
        #expect(refused.code == -32602, "\(method) \(JSONValue.object(params).text): \(refused)")
      }
    }
  }

  @Test func `-32601: an unknown method, and the unknown under rpc.`() throws {
    try withSandbox { sandbox in
      let line = try sandbox.serve(.socket).line()
      for method in ["clusters.explode", "rpc.mystery", "", "server.ping "] {
        let reply = try JSONParser.parse(try line.call(Reply.request(method, params: [:], id: "x")))
        #expect(reply.at("id") == "x")
        let refused = try MethodContract.checkError(reply.at("error"), of: nil)
        #expect(refused.code == -32601 && refused.data["method"] == .string(method))
      }
    }
  }

  @Test func `-32600 and -32700: what is no request, and what is no JSON`() throws {
    try withSandbox { sandbox in
      let client = try sandbox.serve(.socket).connect()
      let invalid = [
        "[]", "1", "\"x\"", "null", "{}", #"{"jsonrpc":"1.0","method":"server.ping"}"#,
        #"{"jsonrpc":"2.0","method":7}"#, #"{"jsonrpc":"2.0","method":"server.ping","id":{}}"#,
        #"{"jsonrpc":"2.0","method":"server.ping","params":"x"}"#,
      ]
      for text in invalid {
        #expect(try client.refusal(ofRaw: Array((text + "\n").utf8)).code == -32600, "\(text)")
      }
      let broken = [
        "{", "{]", "nul", #"{"a":1,"a":2}"#, "NaN", #"{"a":01}"#, #"["\ud800"]"#, "\u{1}",
        #"{"jsonrpc":"2.0","method":"server.ping","id":1}}"#,
      ]
      for text in broken {
        let refused = try client.refusal(ofRaw: Array((text + "\n").utf8))
        #expect(refused.code == -32700 && refused.data["offset"]?.int != nil, "\(text)")
      }
      try client.call("server.ping")
    }
  }

  @Test func `an id comes back as it was written`() throws {
    try withSandbox { sandbox in
      let line = try sandbox.serve(.socket).line()
      for id in ["1", "1.0", "1152921504606846976", "\"x\"", "null", "-0", "1e2", "\"\\u0041\""] {
        let request = #"{"jsonrpc":"2.0","id":\#(id),"method":"server.ping"}"#
        let reply = String(decoding: try line.call(Array(request.utf8)), as: UTF8.self)
        let expected = id.hasPrefix("\"\\") ? "\"A\"" : id
        #expect(reply.hasPrefix(#"{"jsonrpc":"2.0","id":\#(expected),"result""#), "\(reply)")
      }
    }
  }
}
