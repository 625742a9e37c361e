import POSIX

/// A container that was started, by what the kernel and conmon tell of it: asking the engine takes 40 ms, and a
/// watcher of its own takes memory for as long as the program runs.
///
/// Its end is seen by a descriptor of its first process, and its exit code read where conmon leaves it for the
/// engine (`--exit-dir` of conmon(8)), which clears that away within some ten milliseconds; after that, and for
/// other engines, the engine is asked.
struct Container {
  let id: String
  /// Nil when it had ended before it could be taken hold of.
  let process: ProcessHandle?
  let groups: ContainerGroups?
  private let exitFile: String?
  private let number: Int32?

  /// `process`: the number of its first process; `monitor`: of conmon.
  init(id: String, process: Int32?, monitor: Int32?) {
    self.id = id
    number = process
    self.process = process.flatMap { try? ProcessHandle($0) }
    groups = self.process == nil ? nil : process.flatMap { ContainerGroups(of: $0) }
    exitFile = monitor.flatMap(Self.exitDirectory).map { $0 + "/" + id }
  }

  private static func exitDirectory(ofMonitor monitor: Int32) -> String? {
    guard let bytes = try? FileDescriptor.contents(of: "/proc/\(monitor)/cmdline") else { return nil }
    let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard let place = words.firstIndex(of: "--exit-dir"), place + 1 < words.count else { return nil }
    return words[place + 1]
  }

  var hasEnded: Bool { process?.hasEnded ?? true }

  /// Waits until the init in it has executed the program or has ended, if it can be seen: it is a matter of
  /// microseconds, and over before the engine has returned unless the machine is busy.
  func waitForProgram() {
    guard let number else { return }
    for _ in 0..<200 {
      guard !hasEnded, let children = KernelFile.text("/proc/\(number)/task/\(number)/children") else {
        return
      }
      let first = children.split(separator: " ").first.flatMap { KernelFile.text("/proc/\($0)/comm") }
      // Born with the init's name, it has its own when it is executed.
      if let first, first != KernelFile.text("/proc/\(number)/comm") { return }
      SystemClock.sleep(nanoseconds: 500_000)
    }
  }

  /// The exit code where conmon has left it; its process has ended, so that it comes now or came already.
  func leftExitCode() -> Int? {
    guard let exitFile, process != nil else { return nil }
    for _ in 0..<60 {
      if let bytes = (try? FileDescriptor.contents(of: exitFile)),
        let code = Int(String(decoding: bytes, as: UTF8.self))
      {
        return code
      }
      SystemClock.sleep(nanoseconds: 300_000)
    }
    return nil
  }

  /// Ends all in it: its first process is its namespace's init, with which the kernel ends the others.
  func kill() {
    guard let process else { return }
    process.signal(ChildProcess.kill)
    _ = process.hasEnded(within: 10_000)
  }

  static func number(in file: String) -> Int32? {
    (try? FileDescriptor.contents(of: file)).flatMap {
      Int32(String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self))
    }
  }
}
