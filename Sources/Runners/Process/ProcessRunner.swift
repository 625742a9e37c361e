import JSON
import Model
import POSIX

/// The runner of processes of this machine, without a container.
///
/// The supervisor's death kills the program (PR_SET_PDEATHSIG), so one attempt never has two lives; what it leaves
/// behind then is found by the name of its control group, or by a variable only this attempt is started with.
package final class ProcessRunner: Runner {
  package static let name = "process"
  package static let product = "A process of this machine"
  package static let options = [
    RunnerOption(
      "cgroups", .choice(["auto", "off"]),
      "Limits by control groups, where there are any, or without (default auto)")
  ]

  private let site: AttemptSite
  private let limits: ProcessLimits
  private var descendants: Descendants?
  private var program: ProgramFile?
  private var main: Int32?
  private var mainEnd: ChildProcess.End?
  private var isStopping = false

  package init(_ site: AttemptSite) throws(RunFailure) {
    self.site = site
    limits = ProcessLimits(site, usesGroups: site.options["cgroups"] != "off")
  }

  package func prepare() throws(RunFailure) {
    program = try ProgramFile(image: site.order.imagePath)
  }

  package func start() throws(RunFailure) {
    if program == nil { try prepare() }
    guard let program else { return }
    do throws(Errno) {
      descendants = try Descendants()
    } catch {
      throw RunFailure(exitCode: 125, "The program's processes cannot be watched: \(error).")
    }
    var launch = ProgramLaunch(
      path: program.path, arguments: site.order.command, environment: environment, output: site.output.writing
    )
    launch.directory = program.directory
    limits.apply(to: &launch)
    do throws(ProgramLaunch.Failure) {
      main = try launch.start()
    } catch {
      throw LaunchSentence.failure(error, program: program)
    }
  }

  private var environment: [String] {
    var variables = site.environment(hints: site.hints)
    if let home = ThisProcess.environment("HOME"), !variables.contains(where: { $0.key == "HOME" }) {
      variables.append(StringPair(key: "HOME", value: home))
    }
    return variables.map { "\($0.key)=\($0.value)" }
  }

  /// Nothing of it can be taken over: only a parent learns how a process ended.
  package func adopt() throws(RunFailure) -> Bool {
    _ = limits.existing?.kill()
    let mark = "BERTH_STOP_FILE=\(site.hints)/stop.json"
    for _ in 0..<100 {
      let left = ProcessTable.started(with: mark)
      if left.isEmpty { break }
      for id in left { ProcessTable.signal(id, ChildProcess.kill) }
      SystemClock.sleep(nanoseconds: 2_000_000)
    }
    return false
  }

  package var limitation: String? { limits.limitation }

  package var descriptors: [Int32] { descendants.map { [$0.descriptor] } ?? [] }

  package var pollSeconds: Double? { nil }

  package func end() throws(RunFailure) -> RunEnd? {
    reap()
    guard let main, let mainEnd else { return nil }
    // Asked to stop, a shell may go before the program it waits for: that keeps its grace.
    if isStopping, ProcessTable.signalGroup(main, 0) { return nil }
    return limits.runEnd(mainEnd)
  }

  /// True while any process of it is there.
  @discardableResult
  private func reap() -> Bool {
    descendants?.reap { id, end in
      if id == main { mainEnd = end }
    } ?? false
  }

  /// To all of its process group: a shell alone would go and leave the program it started.
  package func terminate() {
    guard let main else { return }
    isStopping = true
    ProcessTable.signalGroup(main, ChildProcess.terminate)
  }

  package func kill() {
    isStopping = false
    _ = limits.group?.kill { reap() }
    guard let descendants, reap() else { return }
    // Those who left the group, or had none.
    killDescendants(descendants)
  }

  private func killDescendants(_ descendants: Descendants) {
    let deadline = SystemClock.monotonicNanoseconds() + 10_000_000_000
    repeat {
      var stopped: Set<Int32> = []
      // Stopped before they are killed: else they have children faster than they are found.
      while true {
        let new = Set(descendants.living()).subtracting(stopped)
        if new.isEmpty { break }
        for id in new { ProcessTable.signal(id, ProcessTable.stop) }
        stopped.formUnion(new)
      }
      for id in stopped { ProcessTable.signal(id, ChildProcess.kill) }
      SystemClock.sleep(nanoseconds: 200_000)
    } while reap() && SystemClock.monotonicNanoseconds() < deadline
  }

  package func clean() {
    (limits.group ?? limits.existing)?.remove()
  }
}
