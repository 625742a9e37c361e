import POSIX

extension Measurement {
  /// 64 requests under way at any time, on one connection and on 64.
  static let flights = Measurement(
    name: "flights", summary: "deployments.create with 64 in flight, on one connection and on 64"
  ) { bench in
    try withServers(bench, try bench.all[...]) { served in
      try flightRows(bench, served, connections: 1) + flightRows(bench, served, connections: 64)
    }
  }

  private static let inFlight = 64

  private static func flightRows(_ bench: Bench, _ served: [(Site, Program)], connections: Int) throws
    -> [Row]
  {
    let line = EchoServer.request(served[0].0.create.count, reply: 900)
    var flights = [try Flight(bench.echo, connections: connections, in: inFlight, line, logIn: nil)]
    flights += try served.map { site, program in
      try Flight(program, connections: connections, in: inFlight, site.create, logIn: site.logIn)
    }
    let rounds = 2 * bench.scale.effort + 1
    var syncs = Samples()
    for _ in 0..<rounds {
      for flight in flights { try flight.run(requests: 2000) }
      for _ in 0..<20 { try syncs.time { try bench.syncedFile.append(records: inFlight) } }
    }
    // A flight there and back, and on disk in between.
    let batch = Double(inFlight) / flights[0].rates.median + syncs.median / 1e9
    let how = connections == 1 ? "64 in flight" : "64 clients"
    return zip(served, flights.dropFirst()).map { served, flight in
      Row(
        title("deployments.create, \(how)", served.0), .rate, flight.rates, floor: Double(inFlight) / batch,
        target: .atLeast(20_000))
    }
  }
}

/// A bounded number of the same request under way on some connections.
final class Flight {
  private let wires: [Wire]
  private let poller: Poller
  private let request: [UInt8]
  private let each: Int
  /// Requests a second of each run.
  private(set) var rates = Samples()

  init(_ program: Program, connections: Int, in flight: Int, _ request: [UInt8], logIn: [UInt8]?) throws {
    poller = try Poller()
    self.request = request
    each = flight / connections
    wires = try (0..<connections).map { _ in try program.connect() }
    for (place, wire) in wires.enumerated() {
      if let logIn { try wire.call(logIn) }
      _ = try poller.add(wire.input.number, token: UInt64(place), .read)
    }
  }

  func run(requests: Int) throws {
    let began = SystemClock.monotonicNanoseconds()
    try fly(requests)
    let seconds = Double(SystemClock.monotonicNanoseconds() - began) / 1e9
    rates.add(Double(requests) / seconds)
  }

  private func fly(_ requests: Int) throws {
    var unsent = requests - each * wires.count
    var unanswered = requests
    for wire in wires { try wire.send(Array(repeatElement(request, count: each).joined())) }
    while unanswered > 0 {
      for place in try ready() {
        let lines = try wires[place].receiveSome().lines
        unanswered -= lines
        let more = min(lines, unsent)
        guard more > 0 else { continue }
        unsent -= more
        try wires[place].send(more == 1 ? request : Array(repeatElement(request, count: more).joined()))
      }
    }
  }

  private func ready() throws -> [Int] {
    var places: [Int] = []
    // One connection needs no telling: its read blocks.
    if wires.count == 1 { return [0] }
    try poller.wait(milliseconds: nil) { token, _ in places.append(Int(token)) }
    return places
  }
}
