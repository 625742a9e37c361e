import Model

/// A mix of shapes, sorted so that what it could use of a node is told in one pass.
///
/// Shapes of one GPU request stand together, requests rising, in each the cpu rising. A request of whole devices and a
/// share counts as one of that many whole devices and one more.
struct ShapeTables: Sendable {
  struct Request: Sendable {
    /// Thousandths; whole devices from 1,000 on.
    let gpu: Int
    let weight: Int
    /// Its shapes' places in the arrays.
    let places: Range<Int>
  }

  let requests: [Request]
  /// By place, in thousandths.
  let cpus: [Int]
  /// The weight of the request's shapes up to and with this place.
  let weights: [Int]
  /// gpu / cpu times weight of the request's shapes from this place on, in 65,536ths.
  let ratios: [Int]
  /// Of shapes without GPU.
  let idleWeight: Int
  let weight: Int
  /// See `FragmentationDescent`: by percent, the least drop in fragmentation that scores it.
  let percentDrops: [Int]

  static let ratioUnit = 65_536

  init(_ mix: [ShapeMix.Entry]) {
    func request(_ gpu: Thousandths) -> Int {
      gpu <= .one ? gpu.value : (min(gpu, .whole(Resources.mostDevices)).value + 999) / 1000 * 1000
    }
    let sorted = mix.filter { $0.shape.gpu > .zero }
      .map { (gpu: request($0.shape.gpu), cpu: $0.shape.cpu.value, weight: $0.weight) }
      .sorted { ($0.gpu, $0.cpu) < ($1.gpu, $1.cpu) }
    var requests: [Request] = []
    var weights: [Int] = []
    var ratios = sorted.map { $0.cpu > 0 ? $0.gpu * $0.weight * Self.ratioUnit / $0.cpu : 0 }
    var start = 0
    while start < sorted.count {
      let end = sorted[start...].firstIndex { $0.gpu != sorted[start].gpu } ?? sorted.count
      var sum = 0
      for place in start..<end {
        sum += sorted[place].weight
        weights.append(sum)
      }
      for place in (start..<end - 1).reversed() { ratios[place] += ratios[place + 1] }
      requests.append(Request(gpu: sorted[start].gpu, weight: sum, places: start..<end))
      start = end
    }
    self.requests = requests
    self.weights = weights
    self.ratios = ratios
    cpus = sorted.map(\.cpu)
    weight = mix.reduce(0) { $0 + $1.weight }
    idleWeight = weight - requests.reduce(0) { $0 + $1.weight }
    let scale = Double(weight) * 1000
    percentDrops = Self.logits.map { Int(($0 * scale).rounded(.up)) }
  }

  /// ln(p / (1 − p)) of 1 to 99 percent, as 2·artanh(2p − 1) by its series.
  private static let logits: [Double] = (1...99).map { percent in
    let z = Double(2 * percent - 100) / 100
    var sum = 0.0
    var power = z
    for odd in stride(from: 1.0, to: 4000, by: 2) {
      sum += power / odd
      power *= z * z
    }
    return 2 * sum
  }

  /// How many of the places have a cpu of at most that.
  @inline(__always)
  func count(_ places: Range<Int>, cpuUpTo cpu: Int) -> Int {
    var place = places.lowerBound
    while place < places.upperBound, cpus[place] <= cpu { place += 1 }
    return place - places.lowerBound
  }
}
