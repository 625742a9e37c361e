import Model

/// The GPU devices of one node and what is left of each.
package struct GPUDevices: Hashable, Sendable {
  /// By index; less than nothing where a nomination waits for what others still hold.
  package private(set) var free: [Thousandths]
  /// Devices that can be given out as a whole.
  package private(set) var untouched: Int
  /// The most that is left of a device that is not untouched.
  package private(set) var largestPart: Thousandths

  package init(_ capacity: Resources) {
    free = (0..<capacity.deviceCount).map(capacity.deviceCapacity)
    untouched = 0
    largestPart = .zero
    recount()
  }

  /// Of devices with this much left each.
  init(free: [Thousandths]) {
    self.free = free
    untouched = 0
    largestPart = .zero
    recount()
  }

  /// The largest request that fits; see `FreeCapacity`.
  package var largest: Thousandths { .whole(untouched) + largestPart }

  package var sum: Thousandths { free.reduce(.zero) { $0 + max(.zero, $1) } }

  /// Whether some device is promised to more than it can serve.
  var isOverdrawn: Bool { free.contains { $0 < .zero } }

  /// Whether these very shares can be had.
  func holds(_ shares: [GPUShare]) -> Bool {
    shares.allSatisfy { free.indices.contains($0.index) && free[$0.index] >= $0.share }
  }

  package mutating func take(_ shares: [GPUShare]) {
    guard !shares.isEmpty else { return }
    for gpu in shares where free.indices.contains(gpu.index) { free[gpu.index] -= gpu.share }
    recount()
  }

  package mutating func give(_ shares: [GPUShare]) {
    guard !shares.isEmpty else { return }
    for gpu in shares where free.indices.contains(gpu.index) { free[gpu.index] += gpu.share }
    recount()
  }

  /// Gives what is free of each device here on top; `more` is by index and may be shorter.
  mutating func give(each more: [Thousandths]) {
    guard !more.isEmpty else { return }
    for index in 0..<min(free.count, more.count) { free[index] += more[index] }
    recount()
  }

  private mutating func recount() {
    untouched = 0
    largestPart = .zero
    for left in free {
      if left == .one {
        untouched += 1
      } else if left > largestPart {
        largestPart = left
      }
    }
  }

  /// Devices for a request, best-fit: the share goes where least is left, whole ones are the first untouched.
  /// Ties go to the lowest index. Nil when it does not fit; shares rise by index.
  package func choose(_ gpu: Thousandths) -> [GPUShare]? {
    guard gpu <= largest else { return nil }
    guard gpu > .zero else { return [] }
    let whole = gpu.value / 1000
    let part = Thousandths(gpu.value % 1000)
    let partial = part == .zero ? nil : tightest(for: part)
    var shares: [GPUShare] = []
    shares.reserveCapacity(whole + 1)
    var left = whole
    for index in free.indices {
      if index == partial {
        shares.append(GPUShare(index: index, share: part))
      } else if left > 0, free[index] == .one {
        shares.append(GPUShare(index: index, share: .one))
        left -= 1
      }
    }
    return shares
  }

  /// The same, then every other device for the share, by what is left of it: whole ones are all alike.
  func choices(_ gpu: Thousandths) -> [[GPUShare]] {
    guard let first = choose(gpu) else { return [] }
    let part = Thousandths(gpu.value % 1000)
    guard part > .zero else { return [first] }
    let places = free.indices.filter { free[$0] >= part }.sorted { (free[$0], $0) < (free[$1], $1) }
    return [first] + places.compactMap { choose(gpu, shareOf: $0) }.filter { $0 != first }
  }

  /// With the share on a device that was chosen; whole ones are the first untouched others.
  func choose(_ gpu: Thousandths, shareOf device: Int) -> [GPUShare]? {
    let share = GPUShare(index: device, share: Thousandths(gpu.value % 1000))
    let others = free.indices.lazy.filter { $0 != device && free[$0] == .one }
    let whole = others.prefix(gpu.value / 1000).map { GPUShare(index: $0, share: .one) }
    guard whole.count == gpu.value / 1000, free[device] >= share.share else { return nil }
    return (whole + [share]).sorted { $0.index < $1.index }
  }

  private func tightest(for part: Thousandths) -> Int? {
    var best: Int?
    for index in free.indices where free[index] >= part {
      if let known = best, free[known] <= free[index] { continue }
      best = index
    }
    return best
  }
}
