import JSON
import POSIX
import TestSupport

/// Snapshots made to happen, and seen on disk.
enum Snapshots {
  /// How many times the journal was switched so far: the superseded ones, and those that were dropped again.
  static func journals(in sandbox: Sandbox) throws -> [String] {
    try Directory(sandbox.data + "/history").names().filter { $0.hasPrefix("journal-") }
  }

  /// Makes and ends deployments until the journal has been switched so many times. The server was started with
  /// a small `snapshotAfter`.
  static func force(by client: CheckedClient, in sandbox: Sandbox, count: Int) throws {
    var seen = Set(try journals(in: sandbox))
    let before = seen.count
    try eventually("\(count) snapshots") {
      for _ in 0..<10 {
        let id = try client.deploy().at("id")
        try client.call("deployments.cancel", ["deployment_id": id])
      }
      seen.formUnion(try journals(in: sandbox))
      return seen.count >= before + count
    }
  }
}

extension CommandRun {
  /// Drops all that is over and old enough to be dropped, which is everything.
  static func prune(_ sandbox: Sandbox) throws {
    try eventually("a snapshot by hand") {
      try CommandRun(["prune", "--older-than", "0", "--data", sandbox.data], in: sandbox).code == 0
    }
  }
}
