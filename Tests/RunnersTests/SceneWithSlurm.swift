import POSIX
import TestSupport

/// Runs `body` in a scene whose keepers find a Slurm; after it no daemon, job or keeper is left.
func withSlurm(_ body: (AttemptScene, SlurmCluster) throws -> Void) throws {
  // Outside the scene, whose end still stops what runs in Slurm.
  let path = try Directory.makeTemporary(prefix: "berth-slurm-")
  defer { try? Directory.removeTree(path) }
  let cluster = try SlurmCluster(path)
  defer { cluster.end() }
  try withScene { scene in
    scene.environment["SLURM_CONF"] = cluster.configuration
    try body(scene, cluster)
  }
}

extension AttemptScene {
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
