/// The end of a program.
package struct RunEnd: Hashable, Sendable {
  /// 128 + the signal's number when a signal ended it; nil: it cannot be learnt.
  package let exitCode: Int?
  /// What a person should know beside the code, one sentence.
  package let message: String?
  /// True when the node had lost its lease: the server takes such an end as the node's, not the program's.
  package let isFenced: Bool

  package init(exitCode: Int?, message: String? = nil, isFenced: Bool = false) {
    self.exitCode = exitCode
    self.message = message
    self.isFenced = isFenced
  }

  package var fenced: RunEnd { RunEnd(exitCode: exitCode, message: message, isFenced: true) }
}

/// The reason why a program could not be run. Nothing of it is running.
package struct RunFailure: Error, Hashable, Sendable {
  /// 127 not there, 126 not executable here, 125 the runner's own failure.
  package let exitCode: Int
  /// One sentence that says what to do.
  package let message: String

  package init(exitCode: Int, _ message: String) {
    self.exitCode = exitCode
    self.message = message
  }
}

/// A way to make one attempt real: as a process, a container, a Slurm job.
///
/// A new one is a file with a conforming type, and its line in `RunnerCatalog`.
///
/// Used by the attempt's supervisor alone, on one thread; every call may block. What it must find again after its
/// process was killed it writes with `AttemptSite.remember`.
package protocol Runner: AnyObject, SendableMetatype {
  /// The name in `--runner` and in the catalog.
  static var name: String { get }
  /// What it makes of a deployment, for the help: `A process of this machine`.
  static var product: String { get }
  /// Those that an agent may be given for it.
  static var options: [RunnerOption] { get }
  /// What a node has that is made for it.
  static func capacity(_ options: RunnerOptions) throws(RunFailure) -> MachineCapacity

  init(_ site: AttemptSite) throws(RunFailure)

  /// Looks at what can be looked at and brings what has to be brought; nothing runs yet. May take long.
  func prepare() throws(RunFailure)
  /// Returns when the program runs. Called once an attempt, ever.
  func start() throws(RunFailure)
  /// After a supervisor that was killed: true when the program, or its end, was found and is watched from now on.
  func adopt() throws(RunFailure) -> Bool
  /// What of the attempt's limits does not hold here, a sentence; nil when all do.
  var limitation: String? { get }
  /// Readable when `end` should be asked again.
  var descriptors: [Int32] { get }
  /// Seconds after which `end` should be asked besides; nil: never.
  var pollSeconds: Double? { get }
  /// Nil while it runs.
  func end() throws(RunFailure) -> RunEnd?
  /// Asks the program to stop (SIGTERM); again does no harm.
  func terminate()
  /// Ends everything the program has started, by SIGKILL, and returns when nothing is left.
  func kill()
  /// Removes what is left of it outside the attempt's directory; may be repeated.
  func clean()
}

extension Runner {
  package static var options: [RunnerOption] { [] }
  package static func capacity(_ options: RunnerOptions) throws(RunFailure) -> MachineCapacity { .detected() }
}
