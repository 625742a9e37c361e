import POSIX

/// The measurements of one thing: nanoseconds, or things a second.
struct Samples {
  private(set) var values: [Double] = []

  mutating func add(_ value: Double) { values.append(value) }

  /// Adds how long `body` took, in nanoseconds.
  mutating func time<T>(_ body: () throws -> T) rethrows -> T {
    let began = SystemClock.monotonicNanoseconds()
    let result = try body()
    values.append(Double(SystemClock.monotonicNanoseconds() - began))
    return result
  }

  var median: Double { quantile(0.5) }

  /// Nearest rank; 0 of nothing.
  func quantile(_ share: Double) -> Double {
    guard !values.isEmpty else { return 0 }
    let place = Int((share * Double(values.count)).rounded(.up)) - 1
    return values.sorted()[max(0, min(values.count - 1, place))]
  }
}

/// Something to be measured.
final class Probe {
  private(set) var samples = Samples()
  private let body: () throws -> Void

  init(_ body: @escaping () throws -> Void) { self.body = body }

  /// Once uncounted, so that what was measured before it (and what it left in the caches) matters less.
  func run(times: Int) throws {
    try body()
    for _ in 0..<times { try samples.time(body) }
  }

  /// Runs all of them in turns, so that a machine's slower minute is every one's.
  static func interleave(_ probes: [Probe], rounds: Int, times: Int) throws {
    for _ in 0..<rounds {
      for probe in probes { try probe.run(times: times) }
    }
  }
}
