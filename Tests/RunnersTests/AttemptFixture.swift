import Glibc
import JSON
import Logs
import Model
import POSIX
import Runners
import TestSupport

/// An agent's directory without an agent: what runs in it is kept by real supervisors (`berth keep`).
final class AttemptFixture {
  /// A directory for files of the test.
  let path: String
  let state: String
  /// Of every supervisor started from now on.
  var environment: [String: String]
  /// Likewise: bytes that a file of it may have; nil: any.
  var fileSizeLimit: Int?
  private var supervisors: [ChildProcess] = []
  private var attempts: [FixtureAttempt] = []

  fileprivate init(_ sandbox: Sandbox) throws {
    path = sandbox.path
    state = sandbox.path + "/state"
    environment = sandbox.environment
    for name in ["attempts", "reports", "logs"] { try Directory.makePath(state + "/" + name) }
    try renewLease()
  }

  /// As an agent does that was answered by its server.
  func renewLease(seconds: Double = 600, bootID: String = BootClock.bootID) throws {
    try LeaseDeadline(bootID: bootID, deadline: BootClock.seconds() + seconds).write(
      to: state + "/lease.json")
  }

  /// Makes the directory of an attempt; its supervisor is not started yet. Each has a number of its own.
  func attempt(
    _ image: String, _ command: [String] = [], runner: String = ProcessRunner.name,
    options: JSONObject = [:], env: [StringPair] = [], gpus: [GPUShare] = [], cpu: Thousandths = .zero,
    ram: Thousandths = .zero, grace: Double = 30, checkpoint: String? = nil, logLimit: Int = 1 << 20
  ) throws -> FixtureAttempt {
    let name = AttemptName(deployment: DeploymentID(attempts.count + 1), number: 1)
    let order = Order(
      name: name, deploymentName: "job-\(name)", imagePath: image, command: command, env: env, gpus: gpus,
      cpu: cpu, ram: ram, graceSeconds: grace, checkpoint: checkpoint)
    let attempt = FixtureAttempt(name, in: self)
    try Directory.makePath(attempt.directory + "/hints")
    let assignment = Assignment(
      order: order, runner: runner, options: options, log: attempt.logPath, logLimitBytes: logLimit)
    try Directory.replace(
      attempt.directory + "/assignment.json", with: JSONValue.object(assignment.json).bytes, durably: false)
    attempts.append(attempt)
    return attempt
  }

  /// Starts `berth keep` with these arguments; killed at the latest when the fixture is.
  func startSupervisor(_ arguments: [String], input: ChildProcess.Stream = .null) throws -> ChildProcess {
    var command = (try BerthBinary.path, ["keep"] + arguments)
    if let fileSizeLimit { command = withFileSizeLimit(fileSizeLimit, command.0, command.1) }
    let process = try ChildProcess(
      command.0, command.1, environment: environment, input: input, output: .null)
    supervisors.append(process)
    return process
  }

  /// An executable script in the test's directory; answers its path.
  func script(_ name: String, _ lines: String) throws -> String {
    let file = path + "/" + name
    try Directory.replace(file, with: Array("#!/bin/sh\n\(lines)\n".utf8), durably: false)
    chmod(file, 0o755)
    return file
  }

  /// Stops every attempt that has a supervisor, and waits for the supervisors' ends.
  func finish() throws {
    for attempt in attempts where attempt.supervisor != nil && attempt.report.at("phase") != "exited" {
      if try attempt.supervisor?.poll() != nil { try attempt.keep() }
      try attempt.stop(grace: 0)
      try attempt.end()
    }
    for supervisor in supervisors {
      try eventually("the supervisor's end") { try supervisor.poll() != nil }
    }
  }

  /// Ends what still runs: by its stop order without grace, so that nothing of it is left, and else by force.
  fileprivate func end() {
    try? finish()
    for supervisor in supervisors {
      if (try? eventually(within: 5, "the supervisor's end") { try supervisor.poll() != nil }) != nil {
        continue
      }
      supervisor.signal(ChildProcess.kill)
      _ = try? supervisor.wait()
    }
  }
}

/// One attempt of a fixture.
final class FixtureAttempt {
  let name: AttemptName
  private let fixture: AttemptFixture
  /// The latest.
  private(set) var supervisor: ChildProcess?

  fileprivate init(_ name: AttemptName, in fixture: AttemptFixture) {
    self.name = name
    self.fixture = fixture
  }

  var directory: String { "\(fixture.state)/attempts/\(name)" }
  private var reportPath: String { "\(fixture.state)/reports/\(name).json" }
  var logPath: String { "\(fixture.state)/logs/\(name).log" }

  /// Starts a supervisor for it.
  @discardableResult
  func keep() throws -> FixtureAttempt {
    supervisor = try fixture.startSupervisor([directory])
    return self
  }

  /// Null when there is none yet.
  var report: JSONValue {
    guard let bytes = (try? FileDescriptor.contents(of: reportPath)) else { return .null }
    return (try? JSONParser.parse(bytes)) ?? .null
  }

  /// Waits until it is reported running.
  func waitRunning(within seconds: Double = patience) throws {
    try eventually(within: seconds, "\(name) runs: \(report.text)") { report.at("phase") != .null }
    guard report.at("phase") == "running" else { throw ContractBreach("it runs not: \(report.text)") }
  }

  /// The report of its end, waited for.
  @discardableResult
  func end(within seconds: Double = patience) throws -> JSONValue {
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

  func waitLog(_ text: String, within seconds: Double = patience) throws {
    try eventually(within: seconds, "\(text) in the log of \(name)") { log.contains(text) }
  }

  /// Gives the stop order, as an agent does.
  func stop(grace: Double, message: String = "A test wants it stopped.") throws {
    let order: JSONObject = ["message": .string(message), "grace_seconds": .seconds(grace)]
    try Directory.replace(
      directory + "/hints/stop.json", with: JSONValue.object(order).bytes, durably: false)
    StopNotification.ring(directory)
  }

  /// Kills the supervisor as a crash would, and waits until it is gone; that it ran is reported anew by the next.
  func killSupervisor() throws {
    supervisor?.signal(ChildProcess.kill)
    try supervisor?.wait()
    if report.at("phase") == "running" { try? FileDescriptor.remove(reportPath) }
  }
}

/// Runs `body` with a new fixture; after it, however it ended, no supervisor is left, nor what it kept.
func withFixture(_ body: (AttemptFixture) throws -> Void) throws {
  try withSandbox { sandbox in
    let fixture = try AttemptFixture(sandbox)
    defer { fixture.end() }
    try body(fixture)
  }
}
