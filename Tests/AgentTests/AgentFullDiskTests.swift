import JSON
import POSIX
import TestSupport
import Testing

/// Nodes whose disks are full: programs run on, and what cannot be kept or begun is said.
@Suite(.needs(.smallDisk))
struct AgentFullDiskTests {
  /// Waits, then writes more than there is room for; the last thing it does it does elsewhere.
  private static let talker = """
    echo ready
    while [ ! -e "$1/go" ]; do sleep 0.02; done
    head -c 300000 /dev/zero
    echo "ran to its end" > "$1/end"
    exit 3
    """

  private static func wait(for line: String, of id: Int, _ fixture: AgentFixture) throws {
    try eventually("\(line) of \(id)") { try fixture.output(id) == line }
  }

  @Test func `a disk full for logs ends no program, and the bytes that were dropped are counted`() throws {
    var disk: SmallDisk?
    try withAgentFixture(
      preparing: { disk = try SmallDisk(at: $0.data + "/logs", in: $0) },
      { fixture in
        let disk = try #require(disk)
        let program = try fixture.script("talk", Self.talker)
        let id = try fixture.deploy(program, [fixture.sandbox.path])
        try Self.wait(for: "ready\n", of: id, fixture)
        try disk.fill()
        _ = try fixture.script("go", "")
        try Self.requireDropped(id, fixture)
        try disk.makeRoom()
      })
  }

  @Test func `a disk full for an agent's state lets what runs there end, and be told`() throws {
    var disk: SmallDisk?
    try withAgentFixture(
      .pipe, lease: 2,
      preparing: { disk = try SmallDisk(at: $0.path + "/agent-n1/state", in: $0) },
      { fixture in
        let disk = try #require(disk)
        let program = try fixture.script("talk", Self.talker)
        let id = try fixture.deploy(program, [fixture.sandbox.path])
        let stubborn = try fixture.script("wait", "echo waiting; sleep 600")
        let other = try fixture.deploy(stubborn, [])
        try Self.wait(for: "ready\n", of: id, fixture)
        try Self.wait(for: "waiting\n", of: other, fixture)
        try disk.fill()
        // Its node's lease is renewed all the same.
        SystemClock.sleep(nanoseconds: 5_000_000_000)
        #expect(try fixture.alice.deployment(id).at("attempt") == 1)
        let refused = try fixture.end(try fixture.deploy(stubborn))
        #expect(refused.at("status") == "failed")
        #expect(refused.at("message").string?.contains("make room there") == true, "\(refused.text)")
        try fixture.alice.call("deployments.cancel", ["deployment_id": .int(other)])
        #expect(try fixture.end(other).at("status") == "cancelled")
        _ = try fixture.script("go", "")
        try Self.requireDropped(id, fixture)
        try disk.makeRoom()
        #expect(try fixture.end(try fixture.deploy("/bin/true")).at("status") == "completed")
      })
  }

  private static func requireDropped(_ id: Int, _ fixture: AgentFixture) throws {
    let row = try fixture.end(id)
    #expect(fixture.lines("end") == ["ran to its end"])
    #expect(row.at("attempt") == 1)
    #expect(row.at("exit_code") == 3)
    let explained = try fixture.alice.call("deployments.explain", ["deployment_id": .int(id)])
    for text in [row.at("message"), explained.at("reason", "message")].map({ $0.string ?? "" }) {
      #expect(text.contains("bytes of its output were dropped"), "\(text)")
      #expect(text.contains("make room there"), "\(text)")
    }
  }
}
