import POSIX

/// The file that an image path leads to, looked at before it is run.
struct ProgramFile: Equatable {
  /// The executable.
  let path: String
  /// What it is run in.
  let directory: String

  /// An executable, or a directory with an executable `run`.
  init(image: String) throws(RunFailure) {
    guard image.hasPrefix("/") else {
      throw RunFailure(exitCode: 127, "The image path \(image) is not absolute: begin it with /.")
    }
    let status = FileKind(of: image)
    switch status {
    case .directory:
      path = image + "/run"
      directory = image
      guard FileKind(of: path) != .absent else {
        throw RunFailure(
          exitCode: 127, "The directory \(image) has no file `run` on this node: put the program there.")
      }
    case .absent:
      throw RunFailure(
        exitCode: 127, "There is no file \(image) on this node: copy it there, or correct the image path.")
    case .file, .other:
      path = image
      directory = "/"
    }
    guard FileKind(of: path) == .file else {
      throw RunFailure(exitCode: 126, "\(path) is not a file that can be run: name a program or a script.")
    }
    guard FilePermission.mayExecute(path) else {
      throw RunFailure(exitCode: 126, "\(path) is not executable on this node: chmod +x it.")
    }
    try Self.check(head: Self.head(of: path), path: path)
  }

  private static func head(of path: String) -> [UInt8] {
    // What may be run need not be readable: the kernel decides then.
    (try? FileDescriptor.open(path, .read, followingLinks: true).read(0..<256)) ?? []
  }

  private static func check(head: [UInt8], path: String) throws(RunFailure) {
    if head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
      guard let found = ExecutableHeader.machine(head), !ExecutableHeader.runsHere(found) else { return }
      throw RunFailure(
        exitCode: 126,
        "\(path) is built for \(ExecutableHeader.name(found)), and this node is "
          + "\(ExecutableHeader.name(ExecutableHeader.ours)): build it for this node, or name another with `where`."
      )
    }
    guard let interpreter = interpreter(head), FileKind(of: interpreter) == .absent else { return }
    throw RunFailure(
      exitCode: 127,
      "\(path) is a script for \(interpreter), which is not on this node: install it, or correct its first line."
    )
  }

  /// What stands after `#!`. Source: execve(2).
  private static func interpreter(_ head: [UInt8]) -> String? {
    guard head.starts(with: Array("#!".utf8)), let end = head.firstIndex(of: 0x0A) else { return nil }
    let word = head[2..<end].drop { $0 == 0x20 || $0 == 0x09 }
      .prefix { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
    return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
  }
}

/// The machine an ELF file is built for. Source: elf(5), e_machine.
enum ExecutableHeader {
  #if arch(x86_64)
    static let ours = 62
  #elseif arch(arm64)
    static let ours = 183
  #else
    static let ours = 0
  #endif

  static func machine(_ head: [UInt8]) -> Int? {
    guard head.count >= 20 else { return nil }
    let isBigEndian = head[5] == 2
    return isBigEndian ? Int(head[18]) << 8 | Int(head[19]) : Int(head[19]) << 8 | Int(head[18])
  }

  /// Also where a 64-bit kernel may run its 32-bit forerunner: the kernel knows whether it does.
  static func runsHere(_ machine: Int) -> Bool {
    machine == ours || ours == 0 || (ours == 62 && machine == 3) || (ours == 183 && machine == 40)
  }

  static func name(_ machine: Int) -> String {
    switch machine {
    case 3: "x86 (32 bits)"
    case 8: "MIPS"
    case 20, 21: "PowerPC"
    case 22: "s390x"
    case 40: "ARM (32 bits)"
    case 62: "x86-64"
    case 183: "ARM64"
    case 243: "RISC-V"
    default: "machine type \(machine)"
    }
  }
}
