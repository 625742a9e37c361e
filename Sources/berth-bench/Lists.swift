import POSIX

extension Measurement {
  /// A page of 1,000 deployments, against an echo of as many bytes.
  static let lists = Measurement(name: "lists", summary: "deployments.list_all of 1,000, live and finished") {
    bench in
    let sites = [try bench.live, try bench.finished]
    return try withServers(bench, sites[...]) { served in
      var rows: [Row] = []
      for (site, program) in served {
        let wire = try site.connect(program)
        let echo = try bench.echo.connect()
        let request = Site.line("deployments.list_all", ["limit": 1000])
        try wire.send(request)
        let line = EchoServer.request(request.count, reply: try wire.receive())
        let probes = [
          Probe { try echo.call(line) }, Probe { try wire.call(request) },
        ]
        try Probe.interleave(probes, rounds: 5 * bench.scale.effort, times: 4)
        rows.append(
          Row(
            title("deployments.list_all of 1,000", site), .milliseconds, probes[1].samples,
            floor: probes[0].samples.median))
      }
      return rows
    }
  }
}
