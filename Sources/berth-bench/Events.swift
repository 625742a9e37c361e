import JSON
import POSIX

extension Measurement {
  /// How fast a subscriber is told what happened before it came, against an echo of as many bytes.
  static let events = Measurement(name: "events", summary: "events a second to one subscriber") { bench in
    let site = try bench.small
    return try Program.berth(site.directory) { program in
      let wanted = 4000 * bench.scale.effort
      let flight = try Flight(program, connections: 1, in: 64, site.create, logIn: site.logIn)
      // Each is created and started.
      try flight.run(requests: wanted / 2)
      let echo = try bench.echo.connect()
      var rates = Samples()
      var floors = Samples()
      for _ in 0..<(bench.scale.effort + 2) {
        let bytes = try time(&rates, events: wanted) { try receive(wanted, try site.connect(program)) }
        let line = EchoServer.request(100, reply: bytes)
        _ = try time(&floors, events: wanted) {
          try echo.send(line)
          return try echo.receive()
        }
      }
      return [Row("events to a subscriber", .rate, rates, floor: floors.median)]
    }
  }

  private static func time(_ rates: inout Samples, events: Int, _ body: () throws -> Int) rethrows -> Int {
    let began = SystemClock.monotonicNanoseconds()
    let bytes = try body()
    rates.add(Double(events) * 1e9 / Double(SystemClock.monotonicNanoseconds() - began))
    return bytes
  }

  /// Subscribes from so many events ago and takes them; answers their bytes.
  private static func receive(_ count: Int, _ wire: Wire) throws -> Int {
    try wire.call(Site.line("events.list_all", ["limit": 1]))
    let last = try JSONParser.parse(wire.received)["result"]?["last_seq"]?.int ?? 0
    let after = JSONValue.int(last - count)
    try wire.send(Site.line("events.subscribe", ["after": after, "types": nil]))
    return try wire.receive(lines: count + 1)
  }
}
