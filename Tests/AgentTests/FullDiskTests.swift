import JSON
import POSIX
import TestSupport
import Testing

/// Nodes whose disks are full: programs run on, and what cannot be kept or begun is said.
@Suite(.enabled(if: SmallDisk.isPossible, "a file system cannot be mounted here"))
struct FullDiskTests {
  /// Waits, then writes more than there is room for; the last thing it does it does elsewhere.
  private static let talker = """
    echo ready
    while [ ! -e "$1/go" ]; do sleep 0.02; done
    head -c 300000 /dev/zero
    echo "ran to its end" > "$1/end"
    exit 3
    """

  private static func wait(for line: String, of id: Int, _ shop: Workshop) throws {
    try eventually("\(line) of \(id)") { try shop.output(id) == line }
  }

  @Test func `a disk full for logs ends no program, and the bytes that were dropped are counted`() throws {
    var disk: SmallDisk?
    try withWorkshop(
      preparing: { disk = try SmallDisk(at: $0.data + "/logs", in: $0) },
      { shop in
        let disk = try #require(disk)
        let program = try shop.script("talk", Self.talker)
        let id = try shop.deploy(program, [shop.sandbox.path])
        try Self.wait(for: "ready\n", of: id, shop)
        try disk.fill()
        _ = try shop.script("go", "")
        try Self.requireDropped(id, shop)
        try disk.makeRoom()
      })
  }

  @Test func `a disk full for an agent's state lets what runs there end, and be told`() throws {
    var disk: SmallDisk?
    try withWorkshop(
      .pipe, lease: 2,
      preparing: { disk = try SmallDisk(at: $0.path + "/agent-n1/state", in: $0) },
      { shop in
        let disk = try #require(disk)
        let program = try shop.script("talk", Self.talker)
        let id = try shop.deploy(program, [shop.sandbox.path])
        let stubborn = try shop.script("wait", "echo waiting; sleep 600")
        let other = try shop.deploy(stubborn, [])
        try Self.wait(for: "ready\n", of: id, shop)
        try Self.wait(for: "waiting\n", of: other, shop)
        try disk.fill()
        // Its node's lease is renewed all the same.
        SystemClock.sleep(nanoseconds: 5_000_000_000)
        #expect(try shop.alice.deployment(id).at("attempt") == 1)
        let refused = try shop.end(try shop.deploy(stubborn))
        #expect(refused.at("status") == "failed")
        #expect(refused.at("message").string?.contains("make room there") == true, "\(refused.text)")
        try shop.alice.call("deployments.cancel", ["deployment_id": .int(other)])
        #expect(try shop.end(other).at("status") == "cancelled")
        _ = try shop.script("go", "")
        try Self.requireDropped(id, shop)
        try disk.makeRoom()
        #expect(try shop.end(try shop.deploy("/bin/true")).at("status") == "completed")
      })
  }

  private static func requireDropped(_ id: Int, _ shop: Workshop) throws {
    let row = try shop.end(id)
    #expect(shop.lines("end") == ["ran to its end"])
    #expect(row.at("attempt") == 1)
    #expect(row.at("exit_code") == 3)
    let explained = try shop.alice.call("deployments.explain", ["deployment_id": .int(id)])
    for text in [row.at("message"), explained.at("reason", "message")].map({ $0.string ?? "" }) {
      #expect(text.contains("bytes of its output were dropped"), "\(text)")
      #expect(text.contains("make room there"), "\(text)")
    }
  }
}
