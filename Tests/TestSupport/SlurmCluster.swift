import Glibc
import POSIX

/// A Slurm of a test's own on this machine: munged, slurmctld and two slurmd, each with four cores and two GPUs
/// that are none.
package final class SlurmCluster {
  package let path: String
  package var configuration: String { path + "/slurm.conf" }
  private let nodes: [String]
  private var daemons: [String: ChildProcess] = [:]

  /// True where the programs are, and we may start them for others.
  package static let isPossible =
    ThisProcess.effectiveUserID == 0
    && ["munged", "slurmctld", "slurmd", "sbatch"].allSatisfy { program($0) != nil }

  private static func program(_ name: String) -> String? {
    ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"].map { $0 + name }.first { FilePermission.mayExecute($0) }
  }

  package init(_ path: String) throws {
    self.path = path
    let ports = try Self.freePorts(3)
    // Names of this cluster alone: control groups are made by them.
    nodes = ports.dropFirst().map { "n\($0)" }
    for name in ["state"] + nodes { try Directory.makePath("\(path)/\(name)") }
    var gres = ""
    try write("key", String(repeating: "not a secret, as nobody else comes here. ", count: 4))
    for device in ["null", "zero"] {
      gres += "NodeName=\(nodes.joined(separator: ",")) Name=gpu File=/dev/\(device)\n"
    }
    try write("gres.conf", gres)
    try write(
      "cgroup.conf", "CgroupPlugin=cgroup/v1\nCgroupMountpoint=/sys/fs/cgroup\nConstrainRAMSpace=yes\n")
    try write("slurm.conf", Self.settings(path, ports))
    // Munge believes the owner of a directory that others may read, and of a socket there.
    chmod(path, 0o755)
    try start(
      "munged",
      [
        "--foreground", "--force", "--key-file=\(path)/key", "--socket=\(path)/munge", "--num-threads=2",
        "--pid-file=\(path)/munged.pid", "--log-file=\(path)/munged.log", "--seed-file=\(path)/seed",
      ])
    try eventually("munged's socket") { FileKind(of: path + "/munge") == .other }
    try startController()
    for node in nodes { try start("slurmd", ["-D", "-N", node], as: "slurmd-" + node) }
    try eventually(within: 30, "two idle nodes; \(logs)") {
      try run("sinfo", "-h", "-N", "-t", "idle", "-o", "%N").split(separator: "\n").count == 2
    }
  }

  private static let size = "CPUs=4 RealMemory=4000 Gres=gpu:2"

  /// True where a job is held by a control group, which nothing of it escapes.
  package static let holdsTrees = FileKind(of: "/sys/fs/cgroup/freezer") == .directory

  /// The last two timeouts: a controller that was killed asks its nodes soon for what it believes to run there.
  private static func settings(_ path: String, _ ports: [Int]) -> String {
    """
    ClusterName=berth
    SlurmctldHost=localhost(127.0.0.1)
    SlurmctldPort=\(ports[0])
    SlurmUser=root
    AuthInfo=socket=\(path)/munge
    CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
    StateSaveLocation=\(path)/state
    SlurmdSpoolDir=\(path)/%n
    SlurmctldPidFile=\(path)/slurmctld.pid
    SlurmdPidFile=\(path)/%n.pid
    SlurmctldLogFile=\(path)/slurmctld.log
    SlurmdLogFile=\(path)/%n.log
    ProctrackType=proctrack/\(holdsTrees ? "cgroup" : "linuxproc")
    TaskPlugin=task/\(holdsTrees ? "cgroup" : "none")
    SelectType=select/cons_tres
    SelectTypeParameters=CR_Core_Memory
    SlurmdParameters=config_overrides
    SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1
    MessageTimeout=3
    BatchStartTimeout=1
    SlurmdTimeout=15
    KillWait=2
    ReturnToService=2
    GresTypes=gpu
    NodeName=n\(ports[1]) NodeHostname=localhost NodeAddr=127.0.0.1 Port=\(ports[1]) \(size)
    NodeName=n\(ports[2]) NodeHostname=localhost NodeAddr=127.0.0.1 Port=\(ports[2]) \(size)
    PartitionName=all Nodes=ALL Default=YES MaxTime=60 State=UP DefMemPerCPU=100

    """
  }

  /// Free a moment ago; a range that the kernel gives to nobody is not known.
  private static func freePorts(_ count: Int) throws -> [Int] {
    var sockets: [FileDescriptor] = []
    return try (0..<count).map { _ in
      let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      guard number >= 0 else { throw Errno.last("socket") }
      sockets.append(FileDescriptor(owning: number))
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let code = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, length) == 0 ? getsockname(number, $0, &length) : -1
        }
      }
      guard code == 0 else { throw Errno.last("bind") }
      return Int(UInt16(bigEndian: address.sin_port))
    }
  }

  private func write(_ name: String, _ text: String) throws {
    try Directory.replace("\(path)/\(name)", with: Array(text.utf8), durably: false)
  }

  // MARK: - Daemons

  private func start(_ name: String, _ arguments: [String], as key: String? = nil) throws {
    guard let program = Self.program(name) else { throw ContractBreach("there is no \(name)") }
    let log = try FileDescriptor.open("\(path)/\(key ?? name).out", .append)
    daemons[key ?? name] = try ChildProcess(
      program, arguments,
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SLURM_CONF": configuration],
      output: .descriptor(log), errors: .descriptor(log))
  }

  package func startController() throws { try start("slurmctld", ["-D"]) }

  /// As a crash would end it.
  package func killController() throws {
    daemons["slurmctld"]?.signal(ChildProcess.kill)
    try daemons["slurmctld"]?.wait()
  }

  /// One of Slurm's commands; answers what it says.
  @discardableResult
  package func run(_ name: String, _ arguments: String...) throws -> String {
    guard let program = Self.program(name) else { throw ContractBreach("there is no \(name)") }
    let file = try FileDescriptor.open("\(path)/answer", .replace)
    let process = try ChildProcess(
      program, arguments, environment: ["SLURM_CONF": configuration, "PATH": "/usr/bin:/bin"],
      output: .descriptor(file), errors: .null)
    try process.wait()
    return String(decoding: try file.read(0..<(try file.status().size)), as: UTF8.self)
  }

  /// The numbers of the jobs that are not over.
  package func livingJobs() throws -> [Int] {
    try run("squeue", "-h", "-o", "%A").split(separator: "\n").compactMap { Int($0) }
  }

  /// As a person does who finds them drained.
  package func resumeNodes() throws {
    guard try !run("sinfo", "-h", "-t", "drain,drained,down", "-o", "%N").isEmpty else { return }
    for node in nodes { try run("scontrol", "update", "nodename=\(node)", "state=resume") }
  }

  private var logs: String {
    (["slurmctld.out"] + nodes.map { "slurmd-\($0).out" }).compactMap { KernelFile.text("\(path)/\($0)") }
      .joined()
  }

  package func end() {
    // What slurmstepd has to report it reports to a controller, or stays.
    if (try? daemons["slurmctld"]?.poll()) != .some(nil) { try? startController() }
    _ = try? run("scancel", "--user=root")
    _ = try? eventually(within: 15, "no job is left") { try livingJobs().isEmpty }
    for daemon in daemons.values { daemon.signal(ChildProcess.kill) }
    for daemon in daemons.values { _ = try? daemon.wait() }
    let groups = nodes.flatMap { node in Self.hierarchies.map { "/sys/fs/cgroup/\($0)/slurm_\(node)" } }
    // A slurmstepd whose job the controller has forgotten would stay for ever.
    _ = try? eventually(within: 5, "the cluster's control groups are gone") {
      groups.count { !Self.isCleared($0) } == 0
    }
  }

  /// Kills what is in the control group and below it, and removes them; true when there are none.
  private static func isCleared(_ group: String) -> Bool {
    guard let names = try? Directory(group).names() else { return true }
    for name in names where FileKind(of: "\(group)/\(name)") == .directory {
      _ = isCleared("\(group)/\(name)")
    }
    for line in (KernelFile.text(group + "/cgroup.procs") ?? "").split(separator: "\n") {
      if let id = Int32(line), id > 0 { ProcessTable.signal(id, ChildProcess.kill) }
    }
    return (try? KernelFile.removeDirectory(group)) != nil
  }

  private static let hierarchies = ["freezer", "memory", "cpuset", "devices"]
}
