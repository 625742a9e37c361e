import JSON
import POSIX

/// The images that this agent's supervisors have brought into the node's store, so that each is brought once.
///
/// A file for each path in `STATE/images`, and one lock file, of which each path has a byte: images are brought
/// side by side, one image once.
struct ImageCache {
  private let directory: String
  private let engine: ContainerEngine

  /// How long another supervisor may take to bring the same image.
  private static let patienceSeconds = 3600.0

  init(state: String, engine: ContainerEngine) {
    directory = state + "/images"
    self.engine = engine
  }

  /// The marks by which a file is known for the one that was brought.
  private struct Stamp: Equatable {
    let path: String
    let inode: Int
    let size: Int
    let modified: Int

    init(path: String) throws(RunFailure) {
      // Of an OCI directory the index is what changes.
      let file = FileKind(of: path) == .directory ? path + "/index.json" : path
      do throws(Errno) {
        let status = try FileDescriptor.open(file, .read, followingLinks: true).status()
        (inode, size, modified) = (Int(status.inode), status.size, status.modifiedMilliseconds)
      } catch {
        throw RunFailure(exitCode: 126, "The image \(path) cannot be read on this node: \(error.reason).")
      }
      self.path = path
    }

    var json: JSONObject {
      ["path": .string(path), "inode": .int(inode), "size": .int(size), "modified_ms": .int(modified)]
    }
  }

  /// The id of the image at `path`, which is brought unless it was; `gone`: the id of one that was, and is not there any more.
  func image(at path: String, transports: [String], unless gone: String? = nil) throws(RunFailure) -> String {
    let stamp = try Stamp(path: path)
    let key = Self.key(path)
    if let id = known(key, stamp), id != gone { return id }
    let lock: FileLock
    do throws(Errno) {
      try Directory.makePath(directory, durably: false)
      let byte = Int(CRC32C.checksum(Array(path.utf8)))
      lock = FileLock(
        try FileDescriptor.open(directory + "/lock", .replace), range: byte..<byte + 1,
        waiting: Self.patienceSeconds)
    } catch {
      throw RunFailure(exitCode: 125, "\(directory) cannot be used on this node: \(error).")
    }
    func notWaited(_ failure: FileLock.Failure) -> RunFailure {
      RunFailure(exitCode: 125, "The image \(path) could not be waited for: \(failure).")
    }
    return try lock.with(.exclusive, failing: notWaited) { () throws(RunFailure) in
      if let id = known(key, stamp), id != gone { return id }
      let id = try bring(path, transports, key)
      let entry: JSONObject = ["id": .string(id), "stamp": .object(stamp.json)]
      // Not noted, it is brought again.
      try? Directory.replace(
        "\(directory)/\(key).json", with: JSONValue.object(entry).bytes, durably: false)
      return id
    }
  }

  private static func key(_ path: String) -> String {
    SHA256.digest(Array(path.utf8)).prefix(12).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  private func known(_ key: String, _ stamp: Stamp) -> String? {
    guard let bytes = (try? FileDescriptor.contents(of: "\(directory)/\(key).json")),
      let entry = (try? JSONParser.parse(bytes))?.object, entry["stamp"]?.object == stamp.json
    else { return nil }
    return entry["id"]?.string
  }

  /// By way of a link: a colon or an upper-case letter in its path is more than podman takes.
  private func bring(_ path: String, _ transports: [String], _ key: String) throws(RunFailure) -> String {
    guard engine.dialect == .podman else { return try load(path) }
    let link = "berth-" + key
    do throws(Errno) {
      try FileDescriptor.replaceLink("\(directory)/\(link)", to: path)
    } catch {
      throw RunFailure(exitCode: 125, "\(directory) cannot be used on this node: \(error).")
    }
    defer { try? FileDescriptor.remove("\(directory)/\(link)") }
    var refusal: RunFailure?
    for transport in transports {
      let answer = try engine.ask(["pull", "-q", "\(transport):\(link)"], from: directory)
      if answer.code == 0, let id = Self.id(answer.output) { return id }
      if refusal == nil { refusal = EngineSentence.notBrought(path, by: engine, answer) }
    }
    throw refusal ?? RunFailure(exitCode: 125, "The image \(path) could not be brought.")
  }

  private func load(_ path: String) throws(RunFailure) -> String {
    let answer = try engine.ask(["load", "-q", "-i", path])
    // "Loaded image: NAME" or "Loaded image ID: sha256:…"
    guard answer.code == 0, let name = answer.line.split(separator: " ").last else {
      throw EngineSentence.notBrought(path, by: engine, answer)
    }
    return String(name)
  }

  private static func id(_ output: String) -> String? {
    output.split(separator: "\n").last.map { String($0.trimmingPrefix("sha256:")) }.flatMap { line in
      line.utf8.count == 64 && line.allSatisfy(\.isHexDigit) ? line : nil
    }
  }
}
