import JSON
import POSIX

/// The moment until which the node may go on without the server, as the agent wrote it down.
package struct LeaseDeadline: Equatable, Sendable {
  let bootID: String
  /// Seconds of the boot-time clock.
  let deadline: Double

  /// How long a supervisor waits for a lease that is not there: the agent writes it before it starts supervisors.
  static let patienceSeconds = 30.0

  package init(bootID: String, deadline: Double) {
    self.bootID = bootID
    self.deadline = deadline
  }

  init?(_ object: JSONObject) {
    guard let bootID = object["boot_id"]?.string, let deadline = object["deadline"]?.number else {
      return nil
    }
    self.init(bootID: bootID, deadline: deadline.double)
    // Half of it from one writing and half from the next would be a deadline that nobody granted.
    guard object["check"]?.string == check else { return nil }
  }

  private var check: String {
    String(CRC32C.checksum(Array("\(bootID) \(JSONValue.seconds(deadline).text)".utf8)), radix: 16)
  }

  // MARK: - Its file

  /// Always as long, so that it can be written in place.
  private static let fileBytes = 256

  private var bytes: [UInt8] {
    let object: JSONObject = [
      "boot_id": .string(bootID), "deadline": .seconds(deadline), "check": .string(check),
    ]
    let text = JSONValue.object(object).bytes
    return text + repeatElement(0x20, count: max(0, Self.fileBytes - 1 - text.count)) + [0x0A]
  }

  /// In place, so that a full disk ends no program: the blocks are there since it was written first.
  package func write(to path: String) throws {
    let file: FileDescriptor
    do throws(Errno) { file = try FileDescriptor.open(path, .readWrite) } catch {
      file = try FileDescriptor.open(path, .replace)
    }
    try file.write(bytes, at: 0)
  }

  /// Nil when there is none. Read again when it is being written just now.
  package init?(at path: String) {
    for tries in 0..<10 {
      if tries > 0 { SystemClock.sleep(nanoseconds: 1_000_000) }
      guard let bytes = try? FileDescriptor.contents(of: path) else { return nil }
      guard let lease = (try? JSONParser.parse(bytes))?.object.flatMap({ LeaseDeadline($0) }) else {
        continue
      }
      self = lease
      return
    }
    return nil
  }

  /// A lease of an earlier run of the machine has passed: its clock is another.
  func hasPassed(at now: Double, of boot: String) -> Bool { bootID != boot || now >= deadline }
}

/// A timer that is readable once the lease has passed. It reads the file only when the deadline it knows has come.
final class LeaseTimer {
  private let files: AttemptFiles
  private let timer: BootTimer
  private var known: LeaseDeadline
  /// True from the moment it was found to have passed: a lease renewed later revives nothing.
  private var isOver = false

  init(_ files: AttemptFiles) throws(Errno) {
    self.files = files
    timer = try BootTimer()
    known =
      files.lease()
      ?? LeaseDeadline(
        bootID: BootClock.bootID, deadline: BootClock.seconds() + LeaseDeadline.patienceSeconds)
    try timer.set(known.deadline)
  }

  var descriptor: Int32 { timer.descriptor }

  func hasPassed() -> Bool {
    let now = BootClock.seconds()
    guard !isOver, known.hasPassed(at: now, of: BootClock.bootID) else { return isOver }
    known = files.lease() ?? known
    isOver = known.hasPassed(at: now, of: BootClock.bootID) || !files.isThere
    // A deadline that cannot be waited for must not be waited past.
    if (try? timer.set(known.deadline)) == nil { isOver = true }
    return isOver
  }
}
