import POSIX

extension Measurement {
  /// 8 servers of one directory, a client each, all creating: against as many threads that append and sync.
  static let writers = Measurement(name: "writers", summary: "8 processes writing to one directory at once") {
    bench in
    let site = try bench.small
    let seconds = bench.scale.effort > 1 ? 2.0 : 1.0
    let floor = try WriterLoad.rate(seconds: seconds) { [file = bench.syncedFile] in try file.append() }
    let servers = try (0..<WriterLoad.count).map { _ in try StdioServer(site) }
    var rates = Samples()
    for _ in 0..<3 {
      let places = servers.map(\.createCall)
      rates.add(try WriterLoad.rate(seconds: seconds, places))
    }
    return [Row("deployments.create, 8 processes", .rate, rates, floor: floor)]
  }
}

/// Threads that do one thing over and over for some time.
private enum WriterLoad {
  static let count = 8

  static func rate(seconds: Double, _ body: @escaping @Sendable () throws -> Void) throws -> Double {
    try rate(seconds: seconds, Array(repeating: body, count: count))
  }

  static func rate(seconds: Double, _ bodies: [@Sendable () throws -> Void]) throws -> Double {
    let deadline = SystemClock.monotonicNanoseconds() + Int(seconds * 1e9)
    let tasks = try bodies.map { body in
      try BackgroundTask {
        Result {
          var done = 0
          while SystemClock.monotonicNanoseconds() < deadline {
            try body()
            done += 1
          }
          return done
        }
      }
    }
    let counts = tasks.map { $0.wait() }
    return try Double(counts.reduce(0) { try $0 + $1.get() }) / seconds
  }
}

/// `berth serve --stdio` and its one client.
private final class StdioServer {
  private let process: ChildProcess
  private let wire: SentWire
  private let create: [UInt8]

  /// A wire that goes from thread to thread.
  // Each round's thread is waited for before the next round's begins.
  private struct SentWire: @unchecked Sendable {
    let wire: Wire
  }

  init(_ site: Site) throws {
    let (input, output) = (try AnonymousPipe(), try AnonymousPipe())
    process = try Children.start(
      try Program.path(of: "berth"), ["serve", "--stdio", "--data", site.directory],
      input: .descriptor(input.reading), output: .descriptor(output.writing))
    wire = SentWire(wire: Wire(input: output.reading, output: input.writing))
    create = site.create
    try wire.wire.call(site.logIn)
  }

  deinit {
    Children.end(process)
  }

  var createCall: @Sendable () throws -> Void {
    { [wire, create] in try wire.wire.call(create) }
  }
}
