import Glibc
import JSON
import Logs
import Model
import POSIX
import Runners
import TestSupport

/// An agent's directory without an agent: what runs in it is kept by real keepers (`berth keep`).
final class AttemptScene {
  /// A directory for files of the test.
  let path: String
  let state: String
  /// Of every keeper started from now on.
  var environment: [String: String]
  private var keepers: [ChildProcess] = []
  private var attempts: [SceneAttempt] = []

  fileprivate init(_ sandbox: Sandbox) throws {
    path = sandbox.path
    state = sandbox.path + "/state"
    environment = sandbox.environment
    for name in ["attempts", "reports", "logs"] { try Directory.makePath(state + "/" + name) }
    try renewLease()
  }

  /// As an agent does that was answered by its server.
  func renewLease(seconds: Double = 600, bootID: String = BootClock.bootID) throws {
    try Lease(bootID: bootID, deadline: BootClock.seconds() + seconds).write(to: state + "/lease.json")
  }

  /// Makes the directory of an attempt; its keeper is not started yet. Each has a number of its own.
  func attempt(
    _ image: String, _ command: [String] = [], runner: String = ProcessRunner.name,
    options: JSONObject = [:], env: [StringPair] = [], gpus: [GPUShare] = [], cpu: Thousandths = .zero,
    ram: Thousandths = .zero, grace: Double = 30, checkpoint: String? = nil, logLimit: Int = 1 << 20
  ) throws -> SceneAttempt {
    let name = AttemptName(deployment: DeploymentID(attempts.count + 1), number: 1)
    let order = Order(
      name: name, deploymentName: "job-\(name)", imagePath: image, command: command, env: env, gpus: gpus,
      cpu: cpu, ram: ram, graceSeconds: grace, checkpoint: checkpoint)
    let attempt = SceneAttempt(name, in: self)
    try Directory.makePath(attempt.directory + "/hints")
    let assignment = Assignment(
      order: order, runner: runner, options: options, log: attempt.logPath, logLimitBytes: logLimit)
    try Directory.replace(
      attempt.directory + "/assignment.json", with: JSONValue.object(assignment.json).bytes, durably: false)
    attempts.append(attempt)
    return attempt
  }

  /// Starts `berth keep` with these arguments; killed at the latest when the scene is over.
  func startKeeper(_ arguments: [String], input: ChildProcess.Stream = .null) throws -> ChildProcess {
    let process = try ChildProcess(
      try BerthBinary.path, ["keep"] + arguments, environment: environment, input: input, output: .null)
    keepers.append(process)
    return process
  }

  /// An executable script in the test's directory; answers its path.
  func script(_ name: String, _ lines: String) throws -> String {
    let file = path + "/" + name
    try Directory.replace(file, with: Array("#!/bin/sh\n\(lines)\n".utf8), durably: false)
    chmod(file, 0o755)
    return file
  }

  /// Stops every attempt that has a keeper, and waits for the keepers' ends.
  func finish() throws {
    for attempt in attempts where attempt.keeper != nil && attempt.report.at("phase") != "exited" {
      if try attempt.keeper?.poll() != nil { try attempt.keep() }
      try attempt.stop(grace: 0)
      try attempt.end(within: 10)
    }
    for keeper in keepers { try eventually(within: 5, "the keeper's end") { try keeper.poll() != nil } }
  }

  /// Ends what still runs: by its stop order without grace, so that nothing of it is left, and else by force.
  fileprivate func end() {
    try? finish()
    for keeper in keepers {
      if (try? eventually(within: 5, "the keeper's end") { try keeper.poll() != nil }) != nil { continue }
      keeper.signal(ChildProcess.kill)
      _ = try? keeper.wait()
    }
  }
}

/// One attempt of a scene.
final class SceneAttempt {
  let name: AttemptName
  private let scene: AttemptScene
  /// The latest.
  private(set) var keeper: ChildProcess?

  fileprivate init(_ name: AttemptName, in scene: AttemptScene) {
    self.name = name
    self.scene = scene
  }

  var directory: String { "\(scene.state)/attempts/\(name)" }
  private var reportPath: String { "\(scene.state)/reports/\(name).json" }
  var logPath: String { "\(scene.state)/logs/\(name).log" }

  /// Starts a keeper for it.
  @discardableResult
  func keep() throws -> SceneAttempt {
    keeper = try scene.startKeeper([directory])
    return self
  }

  /// Null when there is none yet.
  var report: JSONValue {
    guard let bytes = (try? FileDescriptor.contents(of: reportPath)).flatMap(\.self) else { return .null }
    return (try? JSONParser.parse(bytes)) ?? .null
  }

  /// Waits until it is reported running.
  func waitRunning(within seconds: Double = 20) throws {
    try eventually(within: seconds, "\(name) runs: \(report.text)") { report.at("phase") != .null }
    guard report.at("phase") == "running" else { throw ContractBreach("it runs not: \(report.text)") }
  }

  /// The report of its end, waited for.
  @discardableResult
  func end(within seconds: Double = 30) throws -> JSONValue {
    try eventually(within: seconds, "the end of \(name)") { report.at("phase") == "exited" }
    return report
  }

  /// Its kept output.
  var log: String {
    guard let reader = (try? LogReader(path: logPath)).flatMap(\.self),
      let bytes = try? reader.read(from: 0, limit: 1 << 24).bytes
    else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  func waitLog(_ text: String, within seconds: Double = 20) throws {
    try eventually(within: seconds, "\(text) in the log of \(name)") { log.contains(text) }
  }

  /// Gives the stop order, as an agent does.
  func stop(grace: Double, message: String = "A test wants it stopped.") throws {
    let order: JSONObject = ["message": .string(message), "grace_seconds": .seconds(grace)]
    try Directory.replace(
      directory + "/hints/stop.json", with: JSONValue.object(order).bytes, durably: false)
    KeeperBell.ring(directory)
  }

  /// Kills the keeper as a crash would, and waits until it is gone; that it ran is reported anew by the next.
  func killKeeper() throws {
    keeper?.signal(ChildProcess.kill)
    try keeper?.wait()
    if report.at("phase") == "running" { FileDescriptor.remove(reportPath) }
  }
}

/// Runs `body` in a new scene; after it, however it ended, no keeper is left, nor what it kept.
func withScene(_ body: (AttemptScene) throws -> Void) throws {
  try withSandbox { sandbox in
    let scene = try AttemptScene(sandbox)
    defer { scene.end() }
    try body(scene)
  }
}
