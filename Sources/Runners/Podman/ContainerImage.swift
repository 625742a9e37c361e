import POSIX

/// The meaning of an image path, told by what it leads to and not by its name.
enum ContainerImage: Equatable {
  /// In the node's store already, by name or id.
  case reference(String)
  /// On disk, to be brought into the store by the first of these transports that takes it.
  case stored(path: String, transports: [String])

  init(_ image: String) throws(RunFailure) {
    guard image.hasPrefix("/") else {
      guard ImageReference.isValid(image) else {
        throw RunFailure(
          exitCode: 127,
          "\(image) names no image: write a name in lower case as in localhost/trainer:1, or the absolute path of an archive."
        )
      }
      self = .reference(image)
      return
    }
    switch FileKind(of: image) {
    case .absent:
      throw RunFailure(
        exitCode: 127, "There is no image \(image) on this node: copy it there, or correct the image path.")
    case .directory:
      guard FileKind(of: image + "/index.json") == .file else {
        throw RunFailure(
          exitCode: 126,
          "The directory \(image) is no OCI image, as it has no index.json: make one by `podman save --format oci-dir`."
        )
      }
      self = .stored(path: image, transports: ["oci"])
    case .file: self = .stored(path: image, transports: try Self.transports(of: image))
    case .other:
      throw RunFailure(
        exitCode: 126, "\(image) is neither a file nor a directory: name an image's archive or directory.")
    }
  }

  private static func transports(of path: String) throws(RunFailure) -> [String] {
    let file: FileDescriptor
    let head: [UInt8]
    do throws(Errno) {
      file = try FileDescriptor.open(path, .read, followingLinks: true)
      head = try file.read(0..<512)
    } catch {
      throw RunFailure(exitCode: 126, "The image \(path) cannot be read on this node: \(error.reason).")
    }
    if let member = TarMembers.first(of: ["index.json", "oci-layout", "manifest.json"], in: file) {
      return [member == "manifest.json" ? "docker-archive" : "oci-archive"]
    }
    // Packed, it cannot be told from without.
    if Self.packed.contains(where: head.starts) { return ["docker-archive", "oci-archive"] }
    throw RunFailure(
      exitCode: 126,
      "\(path) is no image: containers are run here, so name an archive made by `podman save`, an OCI directory, or a name such as localhost/trainer:1."
    )
  }

  /// gzip, zstd, xz, bzip2.
  private static let packed: [[UInt8]] = [
    [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x42, 0x5A, 0x68],
  ]
}

/// The names of images as podman takes them. Source: distribution/reference, grammar.
enum ImageReference {
  static func isValid(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2, let named = parts.first, text.utf8.count <= 512 else { return false }
    if parts.count == 2, !isMade(parts[1], of: { isLower($0) || isDigit($0) || $0 == 0x3A }) { return false }
    let path = named.split(separator: "/", omittingEmptySubsequences: false)
    for (place, part) in path.enumerated() {
      // A port in the first of several, a tag in the last.
      let words = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let mayHaveSecond = place == path.count - 1 || (place == 0 && path.count > 1)
      guard isMade(words[0], of: { isLower($0) || isDigit($0) || isInner($0) }),
        words[0].utf8.first.map({ isLower($0) || isDigit($0) }) == true,
        words.count == 1
          || mayHaveSecond
            && isMade(words[1], of: { isLower($0 | 0x20) || isDigit($0) || isInner($0) })
      else { return false }
    }
    return true
  }

  private static func isMade(_ text: Substring, of isAllowed: (UInt8) -> Bool) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isAllowed)
  }

  private static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  /// `.`, `_`, `-`
  private static func isInner(_ byte: UInt8) -> Bool { byte == 0x2E || byte == 0x5F || byte == 0x2D }
}

/// The names in a tar archive. Source: tar(5), pre-POSIX and ustar.
enum TarMembers {
  private static let block = 512
  /// An image has some dozens.
  private static let most = 100_000

  /// The first of `names`, in that order, that is at the archive's top; nil: none, or no archive.
  static func first(of names: [String], in file: FileDescriptor) -> String? {
    var offset = 0
    var found: Set<String> = []
    for _ in 0..<most {
      guard let header = try? file.read(offset..<offset + block), header.count == block, isWhole(header),
        let size = number(header[124..<136])
      else { break }
      let name = String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self)
      found.insert(name.hasPrefix("./") ? String(name.dropFirst(2)) : name)
      if found.contains(names[0]) { break }
      offset += block + (size + block - 1) / block * block
    }
    return names.first(where: found.contains)
  }

  private static func isWhole(_ header: [UInt8]) -> Bool {
    let sum = header.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 0x20 : Int($1.element)) }
    return number(header[148..<156]) == sum
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    // Beyond eight octal digits: binary, by the first bit.
    if first & 0x80 != 0 { return field.suffix(7).reduce(0) { $0 << 8 | Int($1) } }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 >= 0x30 && $0 <= 0x37 }
    return digits.isEmpty ? nil : digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }
}
