import POSIX

/// A program of ours that serves while `body` runs, and is ended after it.
struct Program {
  let process: ChildProcess
  let socket: String

  /// `berth serve` on the directory, at a socket in it.
  static func berth<T>(_ directory: String, _ body: (Program) throws -> T) throws -> T {
    try run("berth", ["serve", "--data", directory], socket: directory + "/berth.sock", body)
  }

  /// The floor's server, at a socket of that name.
  static func echo<T>(in directory: String, _ name: String, _ body: (Program) throws -> T) throws -> T {
    let socket = directory + "/\(name).sock"
    return try run("berth-bench", ["echo", socket], socket: socket, body)
  }

  private static func run<T>(
    _ name: String, _ arguments: [String], socket: String, _ body: (Program) throws -> T
  ) throws -> T {
    let process = try Children.start(try path(of: name), arguments)
    defer { Children.end(process) }
    let program = Program(process: process, socket: socket)
    _ = try program.connect()
    return try body(program)
  }

  /// Of a program built beside this one.
  static func path(of name: String) throws -> String {
    let own = try ThisProcess.executable
    let path = own[..<(own.lastIndex(of: "/") ?? own.startIndex)] + "/" + name
    guard FilePermission.mayExecute(String(path)) else {
      throw BenchFailure("\(path) is not there: build it first, by swift build -c release")
    }
    return String(path)
  }

  func connect() throws -> Wire { try Wire(to: socket) }

  /// Its memory in MiB: `VmRSS` now, `VmHWM` at its highest.
  func memory(_ field: String) throws -> Double { try Self.memory(field, of: Int(process.id)) }

  static func memory(_ field: String, of process: Int) throws -> Double {
    let file = try FileDescriptor.open("/proc/\(process)/status", .read)
    let text = String(decoding: try file.read(0..<16_384), as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(field + ":") }),
      let kibibytes = Double(line.split(separator: " ").dropLast().last?.trimmingTab ?? "")
    else { throw BenchFailure("no \(field) in /proc/\(process)/status") }
    return kibibytes / 1024
  }
}

extension Substring {
  fileprivate var trimmingTab: Substring { drop { $0 == "\t" } }
}
