import POSIX

extension Measurement {
  /// One client, one request after another: reads against the echo, writes against an echo that syncs.
  ///
  /// Waking a process costs a multiple when it sleeps on another processor than the one who wakes it, and the
  /// kernel chooses as it likes: so both cases are measured, each against its own floor.
  static let requests = Measurement(
    name: "requests", summary: "server.ping, clusters.get and deployments.create by one client"
  ) { bench in
    let processors = min(2, Processors.count)
    // Servers start on the processor on which they stay.
    return try Processors.with(processors - 1) {
      try Program.echo(in: bench.root, "pinned") { echo in
        try withServers(bench, try bench.all[...]) { served in
          var rows = try RequestRows(bench, served, echo, how: "one core").rows()
          if processors > 1 {
            rows += try Processors.with(0) {
              try RequestRows(bench, served, echo, how: "two cores").rows()
            }
          }
          return try rows + served.map(memoryRow)
        }
      }
    }
  }

  private static func memoryRow(_ site: Site, _ program: Program) throws -> Row {
    Row(title("memory at its highest", site), .mebibytes, median: try program.memory("VmHWM"))
  }

  /// Runs `body` while every site is served at once, so that what one measures the others measure too.
  static func withServers<T>(
    _ bench: Bench, _ sites: ArraySlice<Site>, _ served: [(Site, Program)] = [],
    _ body: ([(Site, Program)]) throws -> T
  ) throws -> T {
    guard let site = sites.first else { return try body(served) }
    return try Program.berth(site.directory) { program in
      try withServers(bench, sites.dropFirst(), served + [(site, program)], body)
    }
  }
}

private struct RequestRows {
  let bench: Bench
  let served: [(site: Site, program: Program)]
  let wires: [Wire]
  let echo: Wire
  let how: String

  init(_ bench: Bench, _ served: [(Site, Program)], _ echo: Program, how: String) throws {
    self.bench = bench
    self.served = served
    self.how = how
    wires = try served.map { try $0.0.connect($0.1) }
    self.echo = try echo.connect()
  }

  func rows() throws -> [Row] {
    let rounds = 10 * bench.scale.effort
    return try rows("server.ping", { _ in Site.ping }, rounds: rounds, times: 50, most: 1.5)
      + rows("clusters.get", { $0.clusterGet() }, rounds: rounds, times: 50, most: nil)
      + rows(
        "deployments.create, durable", { $0.create }, rounds: rounds * 4, times: 5, isDurable: true, most: 1.5
      )
  }

  /// The floor's probe, then one for each site; all in turns.
  private func rows(
    _ what: String, _ request: @escaping (Site) -> [UInt8], rounds: Int, times: Int, isDurable: Bool = false,
    most: Double?
  ) throws -> [Row] {
    let like = request(served[0].site)
    try wires[0].send(like)
    let reply = try wires[0].receive()
    let line = EchoServer.request(like.count, reply: reply, isDurable: isDurable)
    let floor = Probe { try echo.call(line) }
    let probes = zip(served, wires).map { served, wire in
      let bytes = request(served.site)
      return Probe { try wire.call(bytes) }
    }
    try Probe.interleave([floor] + probes, rounds: rounds, times: times)
    return zip(served, probes).map { served, probe in
      Row(
        Measurement.title("\(what), \(how)", served.site), .microseconds, probe.samples,
        floor: floor.samples.median, target: most.map { .ratio(atMost: $0) })
    }
  }
}
