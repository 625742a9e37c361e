import Model

/// The share of the cluster that is given out while ever more is asked for.
///
/// The measure of Weng, Yang et al., "Beware of Fragmentation" (USENIX ATC'23): the mean of what is allocated over the
/// arrivals whose cumulative requested GPU, in percent of the cluster's, rounds to a number.
package struct AllocationCurve: Sendable {
  private struct Sum {
    var gpu = 0
    var cpu = 0
    var count = 0
  }

  private let capacity: Resources
  private var requested = Thousandths.zero
  private var last = Resources.zero
  /// By percent.
  private var sums: [Int: Sum] = [:]

  init(capacity: Resources) { self.capacity = capacity }

  /// The percent asked for when so much more is; halves round up. 0 of a cluster without GPUs.
  func percent(with more: Thousandths = .zero) -> Int {
    guard capacity.gpu > .zero else { return 0 }
    return (200 * (requested + more).value + capacity.gpu.value) / (2 * capacity.gpu.value)
  }

  mutating func request(_ gpu: Thousandths) { requested += gpu }

  /// What is in use once the last arrival was planned.
  mutating func note(used: Resources) {
    last = used
    guard capacity.gpu > .zero else { return }
    sums[percent(), default: Sum()].gpu += used.gpu.value
    sums[percent(), default: Sum()].cpu += used.cpu.value
    sums[percent(), default: Sum()].count += 1
  }

  package struct Reading: Sendable, Equatable {
    /// Percent of capacity, behind the last arrival; nil where there is none of it.
    package let final: Double?
    /// Rising by percent asked for.
    package let at: [(asked: Int, allocated: Double)]

    package static func == (a: Self, b: Self) -> Bool {
      a.final == b.final && a.at.elementsEqual(b.at) { $0 == $1 }
    }
  }

  package var gpu: Reading { reading(capacity.gpu, last.gpu, \.gpu) }
  package var cpu: Reading { reading(capacity.cpu, last.cpu, \.cpu) }

  /// What a result lists: every fifth percent up to twice the cluster, and the last.
  private var listed: [Int] {
    let all = sums.keys.sorted()
    return all.filter { $0 % 5 == 0 && $0 <= 200 || $0 == all.last }
  }

  private func reading(_ all: Thousandths, _ last: Thousandths, _ part: KeyPath<Sum, Int>) -> Reading {
    guard all > .zero else { return Reading(final: nil, at: []) }
    let percent = 100 / Double(all.value)
    let at = listed.compactMap { asked in
      sums[asked].map { (asked, Double($0[keyPath: part]) / Double($0.count) * percent) }
    }
    return Reading(final: Double(last.value) * percent, at: at)
  }
}
