import JSON
import TestSupport
import Testing

/// Deployments that an agent runs as processes.
struct RunTests {
  @Test(arguments: AgentProcess.Way.allCases)
  func `a program's output and exit code are the deployment's`(_ way: AgentProcess.Way) throws {
    try withAgentFixture(way) { fixture in
      let program = try fixture.script(
        "greet", #"echo "hello $1, this is $BERTH_DEPLOYMENT.$BERTH_ATTEMPT"; exit $2"#)
      let good = try fixture.deploy(program, ["world", "0"])
      let bad = try fixture.deploy(program, ["moon", "7"])
      let first = try fixture.end(good)
      #expect(first.at("status") == "completed")
      #expect(first.at("exit_code") == 0)
      #expect(try fixture.output(good) == "hello world, this is 1.1\n")
      let second = try fixture.end(bad)
      #expect(second.at("status") == "failed")
      #expect(second.at("exit_code") == 7)
      #expect(second.at("reason", "code") == "failed")
      #expect(try fixture.output(bad) == "hello moon, this is 2.1\n")
    }
  }

  @Test(arguments: AgentProcess.Way.allCases)
  func `a program that was started is running, and its output can be read while it is`(
    _ way: AgentProcess.Way
  )
    throws
  {
    try withAgentFixture(way) { fixture in
      let program = try fixture.script(
        "wait", "echo waiting; while [ ! -e \"$1\" ]; do sleep 0.05; done; echo seen")
      let id = try fixture.deploy(program, [fixture.sandbox.path + "/go"])
      try fixture.wait(id, until: "running")
      try eventually("its first line") { try fixture.output(id) == "waiting\n" }
      _ = try fixture.script("go", "")
      #expect(try fixture.end(id).at("status") == "completed")
      #expect(try fixture.output(id) == "waiting\nseen\n")
    }
  }

  @Test func `half devices are shared, whole ones are not, and who finds none waits`() throws {
    try withAgentFixture(capacity: ["cpu": 4, "ram": 8, "gpu": 1]) { fixture in
      let program = try fixture.script(
        "gpu", "echo \"$BERTH_GPUS $CUDA_VISIBLE_DEVICES\"; while [ ! -e \"$1\" ]; do sleep 0.05; done")
      let go = fixture.sandbox.path + "/go"
      let half: JSONObject = ["required_gpu": 0.5]
      let ids = try (0..<3).map { _ in try fixture.deploy(program, [go], half) }
      for id in ids.prefix(2) { try fixture.wait(id, until: "running") }
      for id in ids.prefix(2) { try eventually("its output") { try fixture.output(id) == "0:0.5 0\n" } }
      let third = try fixture.alice.deployment(ids[2])
      #expect(third.at("status") == "pending")
      #expect(third.at("reason", "code") == "insufficient_gpu")
      _ = try fixture.script("go", "")
      for id in ids { #expect(try fixture.end(id).at("status") == "completed") }
    }
  }

  @Test func `whole devices never overlap`() throws {
    try withAgentFixture { fixture in
      // Each program holds a lock a device for as long as it runs: two on one device are found out.
      let program = try fixture.script(
        "exclusive",
        """
        for device in $(echo "$CUDA_VISIBLE_DEVICES" | tr , ' '); do
          mkdir "$1/device-$device" || exit 9
        done
        sleep 0.1
        for device in $(echo "$CUDA_VISIBLE_DEVICES" | tr , ' '); do rmdir "$1/device-$device"; done
        """)
      let ids = try (0..<10).map { number in
        try fixture.deploy(program, [fixture.sandbox.path], ["required_gpu": .int(number % 2 + 1)])
      }
      for id in ids { #expect(try fixture.end(id).at("exit_code") == 0) }
    }
  }

  @Test func `what lasts longer than its max_duration is stopped, and failed by its deadline`() throws {
    try withAgentFixture { fixture in
      let program = try fixture.script("long", "sleep 60")
      let id = try fixture.deploy(program, [], ["max_duration": 0.3, "grace_seconds": 5])
      let row = try fixture.end(id)
      #expect(row.at("status") == "failed")
      #expect(row.at("reason", "code") == "deadline")
    }
  }

  @Test func `a failure is tried again while retries are left, and the next attempt is told its number`()
    throws
  {
    try withAgentFixture { fixture in
      let program = try fixture.script("flaky", #"echo "attempt $BERTH_ATTEMPT"; [ "$BERTH_ATTEMPT" = 2 ]"#)
      let id = try fixture.deploy(program, [], ["retries": 3])
      let row = try fixture.end(id)
      #expect(row.at("status") == "completed")
      #expect(row.at("attempt") == 2)
      #expect(try fixture.output(id, attempt: 1) == "attempt 1\n")
      #expect(try fixture.output(id, attempt: 2) == "attempt 2\n")
    }
  }

  @Test func `the child has its own environment and no token`() throws {
    try withAgentFixture { fixture in
      let program = try fixture.script("environment", "env | sort")
      let id = try fixture.deploy(program, [], ["env": ["MODEL": "small", "PATH": "/bin:/usr/bin"]])
      _ = try fixture.end(id)
      let output = try fixture.output(id)
      #expect(output.contains("MODEL=small\n"))
      #expect(output.contains("PATH=/bin:/usr/bin\n"))
      #expect(!output.contains("BERTH_TOKEN"))
      #expect(!output.contains(fixture.token))
    }
  }
}
