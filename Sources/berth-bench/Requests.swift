import POSIX

extension Measurement {
  /// One client, one request after another: reads against the echo, writes against echo and fdatasync.
  static let requests = Measurement(
    name: "requests", summary: "server.ping, clusters.get and deployments.create by one client"
  ) { bench in
    try withServers(bench, try bench.all[...]) { served in try RequestRows(bench, served).rows() }
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

  init(_ bench: Bench, _ served: [(Site, Program)]) throws {
    self.bench = bench
    self.served = served
    wires = try served.map { try $0.0.connect($0.1) }
    echo = try bench.echo.connect()
  }

  func rows() throws -> [Row] {
    let effort = bench.scale.effort
    let pings = try round(Site.ping, of: { _ in Site.ping }, rounds: 10 * effort, times: 50)
    let gets = try round(
      served[0].site.clusterGet(), of: { $0.clusterGet() }, rounds: 10 * effort, times: 50)
    let creates = try round(
      served[0].site.create, of: { $0.create }, rounds: 10 * effort, times: 20, isDurable: true)
    let memory = try served.map { site, program in
      Row(
        Measurement.title("memory at its highest", site), .mebibytes, median: try program.memory("VmHWM"))
    }
    return rows("server.ping", pings, most: 1.5) + rows("clusters.get", gets, most: nil)
      + rows("deployments.create, durable", creates, most: 1.5) + memory
  }

  /// The floor's probe, or its two, then one for each site; all in turns.
  private func round(
    _ like: [UInt8], of request: (Site) -> [UInt8], rounds: Int, times: Int, isDurable: Bool = false
  ) throws -> [Probe] {
    try wires[0].send(like)
    let reply = try wires[0].receive()
    let line = EchoServer.request(like.count, reply: reply)
    var probes = [Probe("echo") { try echo.call(line) }]
    if isDurable { probes.append(Probe("fdatasync") { try bench.syncedFile.append() }) }
    let floors = probes.count
    for (place, wire) in wires.enumerated() {
      let bytes = request(served[place].site)
      probes.append(Probe(served[place].site.name) { try wire.call(bytes) })
    }
    try Probe.interleave(probes, rounds: rounds, times: times)
    assert(probes.count == floors + served.count)
    return probes
  }

  private func rows(_ what: String, _ probes: [Probe], most: Double?) -> [Row] {
    let floors = probes.dropLast(served.count)
    let floor = floors.reduce(0) { $0 + $1.samples.median }
    let floorRows = floors.map { Row("floor of \(what): \($0.name)", .microseconds, $0.samples) }
    let rows = zip(served, probes.suffix(served.count)).map { served, probe in
      Row(
        Measurement.title(what, served.site), .microseconds, probe.samples, floor: floor,
        target: most.map { .ratio(atMost: $0) })
    }
    return floorRows + rows
  }
}
