import Model

/// The free GPU of a node, as far as it matters what could use it: not which device it is.
struct FreeDevices: Equatable {
  /// Thousandths in all.
  private(set) var total = 0
  private(set) var untouched = 0
  /// Thousandths left of each device that is neither untouched nor full, rising.
  private(set) var parts: [Int] = []

  init() {}

  mutating func read(_ free: [Thousandths]) {
    total = 0
    untouched = 0
    parts.removeAll(keepingCapacity: true)
    for left in free where left > .zero {
      total += left.value
      if left == .one { untouched += 1 } else { insert(left.value) }
    }
  }

  private mutating func insert(_ part: Int) {
    var place = parts.count
    while place > 0, parts[place - 1] > part { place -= 1 }
    parts.insert(part, at: place)
  }

  /// Takes whole devices.
  mutating func take(whole count: Int) {
    untouched -= count
    total -= 1000 * count
  }

  /// Takes a share of a device with so much left.
  mutating func take(share: Int, of left: Int) {
    total -= share
    if left == 1000 {
      untouched -= 1
    } else if let place = parts.firstIndex(of: left) {
      parts.remove(at: place)
    }
    if left > share { insert(left - share) }
  }
}
