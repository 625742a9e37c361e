/// One line of the result.
struct Row {
  enum Unit {
    case microseconds
    case milliseconds
    /// Things a second: the higher the better, and p99 is what 99 % of the measurements reached.
    case rate
    case mebibytes
    /// Of one core.
    case percent
  }

  enum Target {
    /// The median as a multiple of the floor's.
    case ratio(atMost: Double)
    /// The median above the floor's.
    case above(atMost: Double)
    case atMost(Double)
    case atLeast(Double)
  }

  let name: String
  let unit: Unit
  let median: Double
  let p99: Double?
  let floor: Double?
  let target: Target?

  /// From nanoseconds, or a rate.
  init(_ name: String, _ unit: Unit, _ samples: Samples, floor: Double? = nil, target: Target? = nil) {
    self.init(
      name, unit, median: unit.scaled(samples.median),
      p99: unit.scaled(samples.quantile(unit == .rate ? 0.01 : 0.99)),
      floor: floor.map(unit.scaled), target: target)
  }

  init(
    _ name: String, _ unit: Unit, median: Double, p99: Double? = nil, floor: Double? = nil,
    target: Target? = nil
  ) {
    self.name = name
    self.unit = unit
    self.median = median
    self.p99 = p99
    self.floor = floor
    self.target = target
  }

  var ratio: Double? { floor.map { $0 > 0 ? median / $0 : 0 } }

  /// nil without a target.
  var isMet: Bool? {
    switch target {
    case nil: nil
    case .ratio(let most): (ratio ?? .infinity) <= most
    case .above(let most): floor.map { median - $0 <= most } ?? false
    case .atMost(let most): median <= most
    case .atLeast(let least): median >= least
    }
  }
}

extension Row.Unit {
  var name: String {
    switch self {
    case .microseconds: "µs"
    case .milliseconds: "ms"
    case .rate: "/s"
    case .mebibytes: "MiB"
    case .percent: "%"
    }
  }

  func scaled(_ value: Double) -> Double {
    switch self {
    case .microseconds: value / 1e3
    case .milliseconds: value / 1e6
    case .rate, .mebibytes, .percent: value
    }
  }
}
