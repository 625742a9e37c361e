import JSON
import Model
import POSIX

/// The runner of containers, by podman's command line (or docker's).
///
/// One call of the engine stands between an order and its program's first line. The program writes straight into
/// the supervisor's pipe (`--log-driver passthrough`): nothing of it is on disk twice, and a supervisor that comes later
/// reads on where the one before it was killed (only what a program writes and then ends, while it has no supervisor, is
/// lost: a pipe that nobody holds is empty). The container outlives its supervisor and is found again by its name,
/// which follows from the attempt's directory.
package final class PodmanRunner: Runner {
  package static let name = "podman"
  package static let product = "A container, by podman or docker"
  package static let options = PodmanOptions.taken

  private let site: AttemptSite
  private let options: PodmanOptions
  private let engine: ContainerEngine
  private let order: ContainerOrder
  private let imageCache: ImageCache
  private var image: ContainerImage?
  /// The image's name or id, once it is in the store.
  private var imageID: String?
  private var container: Container?
  /// True from when there may be a container of the attempt's name.
  private var mayExist = false
  /// Its end, once it is known.
  private var known: RunEnd?
  private var earlyOutput: EarlyOutput
  private var logReader: ChildProcess?
  package private(set) var limitation: String?

  package init(_ site: AttemptSite) throws(RunFailure) {
    self.site = site
    options = PodmanOptions(site.options)
    engine = try ContainerEngine(options, directory: site.directory)
    order = ContainerOrder(site, options, engine.dialect)
    imageCache = ImageCache(state: site.state, engine: engine)
    earlyOutput = EarlyOutput(site.output, mark: order.processFile)
  }

  package func prepare() throws(RunFailure) {
    let image = try ContainerImage(site.order.imagePath)
    self.image = image
    imageID = try brought(image)
  }

  private func brought(_ image: ContainerImage, unless gone: String? = nil) throws(RunFailure) -> String {
    switch image {
    case .reference(let name): name
    case .stored(let path, let transports):
      try imageCache.image(at: path, transports: transports, unless: gone)
    }
  }

  // MARK: - Its start

  package func start() throws(RunFailure) {
    if image == nil { try prepare() }
    guard let image, let id = imageID else { return }
    var refusal = try run(id)
    if refusal != nil, case .stored = image, !mayExist, EngineSentence.isImageGone(refusal?.words ?? "") {
      // Somebody has removed it since it was brought.
      imageID = try brought(image, unless: id)
      refusal = try run(imageID ?? id)
    }
    if let refusal {
      throw EngineSentence.notRun(
        refusal.code, refusal.words, image: site.order.imagePath, program: site.order.command.first,
        by: engine)
    }
    try takeHold()
  }

  /// Nil when it runs.
  private func run(_ image: String) throws(RunFailure) -> (code: Int, words: String)? {
    let (arguments, environment) = try order.prepared(image: image)
    let answer = try engine.ask(
      arguments, extra: environment.merging([Self.mark: site.directory]) { $1 },
      output: engine.dialect == .podman ? site.output.writing : nil
    ) { earlyOutput.listen(until: $0) }
    earlyOutput.hearAll()
    // Without a container no file was made; with one, it is there whatever else was refused.
    mayExist = answer.code == 0 || FileKind(of: order.idFile) == .file
    guard answer.code != 0 else { return nil }
    // Nothing of the program ran, so what came through the pipe is what the engine had to say.
    defer { earlyOutput = EarlyOutput(site.output, mark: order.processFile) }
    return (answer.code, answer.errors + answer.output + earlyOutput.text)
  }

  private func takeHold() throws(RunFailure) {
    let monitor = Container.number(in: order.monitorFile)
    let id = (try? FileDescriptor.contents(of: order.idFile))
      .map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) }
    if engine.dialect == .podman, let id, let process = Container.number(in: order.processFile) {
      container = Container(id: id, process: process, monitor: monitor)
    } else {
      guard let found = try ContainerInspection(of: order.name, by: engine) else {
        earlyOutput.keep()
        throw RunFailure(exitCode: 125, "Its container was gone as soon as it had been started.")
      }
      container = Container(id: found.id, process: found.isRunning ? found.process : nil, monitor: nil)
    }
    if engine.dialect == .docker { followLog() }
    limitation = container?.groups?.limitation(cpu: site.order.cpu, ram: site.order.ram)
    try requireProgram()
  }

  /// The init that runs in the container executes the program, and can only write down that it could not.
  private func requireProgram() throws(RunFailure) {
    guard engine.dialect == .podman, let container else { return }
    container.waitForProgram()
    if container.hasEnded {
      earlyOutput.hearAll()
      let words = earlyOutput.text
      if words.utf8.count < 300, words.contains("failed to exec pid1"),
        let refused = EngineSentence.inner(words, program: site.order.command.first)
      {
        throw refused
      }
    }
    earlyOutput.keep()
  }

  /// The other engine keeps output itself.
  private func followLog() {
    logReader = try? ChildProcess(
      engine.path, ["logs", "--follow", order.name], environment: engine.environment,
      output: .descriptor(site.output.writing), errors: .descriptor(site.output.writing))
  }

  // MARK: - After a supervisor that was killed

  /// In the environment of an engine that starts this attempt's container, which outlives its supervisor as well.
  private static let mark = "BERTH_KEEPS"
  /// How long such an engine is waited for.
  private static let patienceSeconds = 120.0
  private static let looks = 10

  package func adopt() throws(RunFailure) -> Bool {
    waitForStarter()
    if let left = site.remembered, left["exit_code"] != nil {
      known = RunEnd(exitCode: left["exit_code"]?.int, message: left["message"]?.string)
      mayExist = true
      return true
    }
    guard let found = try ContainerInspection(of: order.name, by: engine), found.directory == site.directory
    else { return false }
    mayExist = true
    // Made and never started: its program has not run, and the server decides what comes next.
    guard found.isRunning || found.hasEnded else { return false }
    container = Container(
      id: found.id, process: found.isRunning ? found.process : nil,
      monitor: Container.number(in: order.monitorFile))
    limitation = container?.groups?.limitation(cpu: site.order.cpu, ram: site.order.ram)
    return true
  }

  /// What an earlier supervisor has asked for comes to its end first, or to none: a container that appeared later would
  /// be nobody's.
  private func waitForStarter() {
    let deadline = SystemClock.monotonicNanoseconds(after: Self.patienceSeconds)
    // Between fork and exec it has not its own environment yet: it is looked for more than once.
    var looks = 0
    while looks < Self.looks {
      let left = ProcessTable.started(with: "\(Self.mark)=\(site.directory)")
      looks = left.isEmpty ? looks + 1 : 0
      if SystemClock.monotonicNanoseconds() >= deadline {
        for id in left { ProcessTable.signal(id, ChildProcess.kill) }
      }
      SystemClock.sleep(nanoseconds: 5_000_000)
    }
  }

  // MARK: - Its end

  package var descriptors: [Int32] { container?.process.map { [$0.descriptor] } ?? [] }

  package var pollSeconds: Double? { nil }

  package func end() throws(RunFailure) -> RunEnd? {
    guard known == nil else { return known }
    known = try found()
    guard let known else { return nil }
    // A supervisor killed once the container is removed must leave the next one an end to report.
    try? site.remember(["exit_code": .optional(known.exitCode), "message": .optional(known.message)])
    return known
  }

  private func found() throws(RunFailure) -> RunEnd? {
    guard let container, container.hasEnded else { return nil }
    // Before anything else: its groups go with it.
    let kills = container.groups?.memoryKills ?? 0
    if let code = container.leftExitCode() { return end(code, kills: kills) }
    return try askedEnd(kills)
  }

  /// The engine may be about to note it.
  private func askedEnd(_ kills: Int) throws(RunFailure) -> RunEnd {
    for _ in 0..<100 {
      guard let found = try ContainerInspection(of: order.name, by: engine) else { break }
      if found.hasEnded { return end(found.exitCode, kills: max(kills, found.wasOutOfMemory ? 1 : 0)) }
      SystemClock.sleep(nanoseconds: 50_000_000)
    }
    return RunEnd(
      exitCode: nil, message: "Its container was removed on its node: how it ended cannot be known.")
  }

  private func end(_ code: Int, kills: Int) -> RunEnd {
    _ = try? logReader?.wait()
    logReader = nil
    guard code != 0, kills > 0 else { return RunEnd(exitCode: code) }
    guard code != 137 else { return RunEnd(exitCode: code, message: MemorySentence.killed(site.order.ram)) }
    return RunEnd(exitCode: code, message: MemorySentence.lostProcesses(kills, site.order.ram))
  }

  package func terminate() { container?.process?.signal(ChildProcess.terminate) }

  package func kill() {
    container?.kill()
    if let container, !container.hasEnded {
      _ = try? engine.ask(["kill", "--signal", "KILL", order.name])
      _ = container.process?.hasEnded(within: 10_000)
    } else if container == nil {
      // Started by halves, if at all.
      clean()
    }
  }

  package func clean() {
    mayExist = mayExist || FileKind(of: order.idFile) == .file
    guard mayExist else { return order.removeFiles() }
    let time = engine.dialect == .podman ? ["--time", "0"] : []
    guard let answer = try? engine.ask(["rm", "--force"] + time + [order.name]) else { return }
    guard answer.code == 0 || answer.errors.lowercased().contains("no such container") else { return }
    mayExist = false
    order.removeFiles()
  }
}
