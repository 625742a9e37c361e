import POSIX

extension Measurement {
  /// From spawning `berth serve --stdio` to its first answer.
  static let start = Measurement(name: "start", summary: "start-up to the first answer, and memory then") {
    bench in
    var cat = Samples()
    var new = Start()
    let sites = try bench.all
    var starts = sites.map { _ in (ping: Start(), get: Start()) }
    for round in 0..<(2 * bench.scale.effort + 1) {
      try cat.time { try Start.startCat() }
      try new.add(directory: bench.root + "/new-\(round)", Site.ping)
      for (place, site) in sites.enumerated() {
        try starts[place].ping.add(directory: site.directory, Site.ping)
        try starts[place].get.add(directory: site.directory, site.clusterGet(withToken: true))
      }
    }
    var rows = [new.row("start to ping, new directory", floor: cat, atMost: 20)]
    for (site, start) in zip(sites, starts) {
      let most: Double? = site.name.isEmpty ? 20 : site.name.hasSuffix("live") ? 500 : nil
      rows.append(start.ping.row(title("start to ping", site), floor: cat, atMost: most))
      rows.append(start.get.row(title("start to clusters.get", site), floor: cat, atMost: most))
    }
    for (site, start) in zip(sites, starts) {
      rows.append(Row(title("memory after start", site), .mebibytes, median: start.get.memory))
    }
    return rows
  }
}

/// The starts of a server on one directory.
private struct Start {
  private var samples = Samples()
  /// MiB resident after the last one's answer.
  private(set) var memory = 0.0

  mutating func add(directory: String, _ request: [UInt8]) throws {
    let (nanoseconds, memory) = try Self.firstAnswer(
      try Program.path(of: "berth"), ["serve", "--stdio", "--data", directory], request)
    samples.add(nanoseconds)
    self.memory = memory
  }

  private static let cat = "/bin/cat"

  /// The floor: a C program that answers with what it is asked.
  static func startCat() throws { _ = try firstAnswer(cat, [], Site.ping) }

  private static func firstAnswer(_ path: String, _ arguments: [String], _ request: [UInt8]) throws -> (
    nanoseconds: Double, memory: Double
  ) {
    let began = SystemClock.monotonicNanoseconds()
    let (input, output) = (try AnonymousPipe(), try AnonymousPipe())
    let wire = Wire(input: output.reading, output: input.writing)
    let process = try Children.start(
      path, arguments, input: .descriptor(input.reading), output: .descriptor(output.writing))
    defer { Children.end(process) }
    if path == cat {
      try wire.send(request)
      try wire.receive()
    } else {
      try wire.call(request)
    }
    let nanoseconds = Double(SystemClock.monotonicNanoseconds() - began)
    let memory = try Program.memory("VmRSS", of: Int(process.id))
    return (nanoseconds, memory)
  }

  func row(_ name: String, floor: Samples, atMost most: Double?) -> Row {
    Row(name, .milliseconds, samples, floor: floor.median, target: most.map { .atMost($0) })
  }
}
