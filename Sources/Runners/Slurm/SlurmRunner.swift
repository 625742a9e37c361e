import JSON
import Model
import POSIX

/// The runner of Slurm jobs, by Slurm's own commands.
///
/// The attempt's directory must be on a file system that Slurm's nodes share: there the job claims the attempt,
/// writes its output and its end (`SlurmJobFiles`). What the job says itself comes first, the controller's word
/// second: it forgets.
package final class SlurmRunner: Runner {
  package static let name = "slurm"
  package static let product = "A job of Slurm's"
  package static let options = SlurmOptions.taken

  package static func capacity(_ options: RunnerOptions) throws(RunFailure) -> MachineCapacity {
    try SlurmCapacity.detect(SlurmOptions(options))
  }

  let site: AttemptSite
  let options: SlurmOptions
  let files: SlurmJobFiles
  let commands: SlurmCommands
  let queue: SlurmQueue
  private let output: SlurmOutput
  private var stopNotification: NamedPipe?
  private var hasMoreOutput = false
  private var outcome: RunEnd?

  /// The jobs submitted for the attempt, the last one last; more than one only when one was lost.
  var jobs: [Int] = []
  var submissions = 0
  /// What `sbatch` was refused with last.
  var refusal: SlurmCommands.Answer?
  /// Of the boot-time clock, before the last job was submitted.
  var submittedAt = 0.0
  /// Since when a job is known to have begun.
  var claimedAt: Double?
  var isStopping = false
  var isKilled = false
  var limits: String?
  var pace = SlurmPace()
  /// Since when something has been so that must last to be believed.
  var suspicion: (what: Suspicion, since: Double)?

  enum Suspicion {
    /// The controller says it is over, and the job has not said so.
    case unsaid
    /// The controller does not know it.
    case forgotten
    /// The job said how it ended, the controller not yet why.
    case unexplained
    /// The controller says that it waits to begin again.
    case requeued
  }

  package init(_ site: AttemptSite) throws(RunFailure) {
    self.site = site
    options = try SlurmOptions(site.options)
    files = SlurmJobFiles(site)
    commands = SlurmCommands(bin: options.bin, scratch: files.directory)
    queue = SlurmQueue(state: site.state, commands: commands)
    output = SlurmOutput(files.output, to: site.output.writing)
  }

  package func prepare() throws(RunFailure) {
    // Where it is not on this machine, it may be on Slurm's: the job looks again.
    if FileKind(of: site.order.imagePath) != .absent { _ = try ProgramFile(image: site.order.imagePath) }
    _ = try options.submission(of: site.order, comment: "", script: "")
    do { try files.write() } catch let failure as RunFailure { throw failure } catch {
      throw RunFailure(
        exitCode: 125, "Its job could not be written down on its node: \(error); make room there.")
    }
  }

  /// Returns when Slurm has taken the job, which may wait in its queue then: until it begins, `limitation` says
  /// so. To wait here would be to hear no stop order meanwhile.
  package func start() throws(RunFailure) {
    observe()
    try submit(within: 30)
  }

  package func adopt() throws(RunFailure) -> Bool {
    if files.claim == .free { try prepare() }
    jobs = (site.remembered?["jobs"]?.array ?? []).compactMap(\.int)
    submittedAt = BootClock.seconds()
    observe()
    return true
  }

  /// A job on this machine rings when it begins and when it ends; one elsewhere is looked after all the same.
  ///
  /// No inotify: of its instances a user has 128 (fs.inotify.max_user_instances), and each supervisor needs one.
  private func observe() { stopNotification = try? NamedPipe(files.stopNotification) }

  package var limitation: String? { limits }

  package var descriptors: [Int32] { stopNotification.map { [$0.reading.number] } ?? [] }

  package var pollSeconds: Double? {
    if hasMoreOutput || output.isUnsettled { return 0 }
    return output.isGrowing ? min(pace.seconds, 0.5) : pace.seconds
  }

  package func end() throws(RunFailure) -> RunEnd? {
    hearStopNotification()
    if outcome == nil {
      outcome = try findEnd()
      if outcome != nil { output.reopen() }
    }
    // All that was written before the end is told before it.
    hasMoreOutput = output.copy()
    return hasMoreOutput ? nil : outcome
  }

  private func hearStopNotification() {
    guard let stopNotification else { return }
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      while let count = try? stopNotification.read(into: buffer), count > 0 {}
    }
  }

  package func terminate() {
    isStopping = true
    pace.quicken()
    guard outcome == nil else { return }
    switch (try? files.takeClaim()) ?? files.claim {
    case .free, .barred: cancelUnclaimed(except: nil)
    case .job(let id, _):
      guard files.ended == nil else { return }
      // A controller that has lost its state may have given the number to another.
      if queue.look(seconds: 5).job(id, files.comment) != nil,
        case .done = commands.run("scancel", ["--signal=TERM", "--full", named, "\(id)"], seconds: 3)
      {
        return
      }
      files.ask(for: .terminate)
    }
  }

  package func kill() {
    pace.quicken()
    switch (try? files.takeClaim()) ?? files.claim {
    case .free, .barred:
      isKilled = true
      cancelUnclaimed(except: nil)
    case .job(let id, _):
      if files.ended == nil {
        isKilled = true
        killJob(id)
      }
      cancelUnclaimed(except: id)
    }
    hasMoreOutput = output.copy()
  }

  /// Nothing: a job that is over leaves nothing, and one that had no claim was cancelled by `kill`.
  package func clean() {}
}
