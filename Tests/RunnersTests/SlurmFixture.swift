import POSIX
import TestSupport

/// Runs `body` with a fixture whose supervisors find a Slurm; after it no daemon, job or supervisor is left.
func withSlurm(_ body: (AttemptFixture, SlurmCluster) throws -> Void) throws {
  // Outside the fixture, whose end still stops what runs in Slurm.
  let path = try Directory.makeTemporary(prefix: "berth-slurm-")
  defer { try? Directory.removeTree(path) }
  let cluster = try SlurmCluster(path)
  defer { cluster.end() }
  try withFixture { fixture in
    fixture.environment["SLURM_CONF"] = cluster.configuration
    try body(fixture, cluster)
  }
}

extension AttemptFixture {
  /// A directory of Slurm's commands, for the option `bin`, of which one does something else first.
  func slurmCommands(_ changed: String, first action: String) throws -> String {
    let bin = path + "/bin"
    try Directory.makePath(bin)
    for name in ["sbatch", "scancel", "squeue"] {
      _ = try script("bin/\(name)", "\(name == changed ? action : "")exec /usr/bin/\(name) \"$@\"")
    }
    return bin
  }
}
