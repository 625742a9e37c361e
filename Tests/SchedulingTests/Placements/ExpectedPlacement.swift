import Glibc
import Model

/// The place where each placement is to put a demand, told from rows alone by trying every node and every device.
struct ExpectedPlacement {
  let facts: Facts
  let demand: Resources

  struct Choice: Equatable {
    let node: NodeID
    let gpus: [GPUShare]
  }

  private var candidates: [Node] { facts.openNodes.filter { facts.fits(demand, $0) } }

  private func tightest(on node: Node) -> Choice {
    func left(_ gpus: [GPUShare]) -> [Int] {
      let free = facts.free(node).gpus
      let shared = gpus.first { $0.share < .one }
      return [shared.map { free[$0.index] } ?? 0, shared?.index ?? 0]
        + gpus.filter { $0.share == .one }.map(\.index)
    }
    let ways = facts.assignments(demand.gpu.value, facts.free(node).gpus)
    let best = ways.min { left($0).lexicographicallyPrecedes(left($1)) }
    return Choice(node: node.id, gpus: best ?? [])
  }

  private func largest(_ amount: (Resources) -> Thousandths) -> Double {
    Double(facts.nodes.values.map { amount($0.capacity).value }.max() ?? 0)
  }

  // MARK: - Without a look ahead

  var firstFit: Choice? { candidates.first.map(tightest) }

  var dotProduct: Choice? {
    func percent(_ node: Node) -> Int {
      let free = facts.free(node)
      func part(_ free: Int, _ demand: Thousandths, _ largest: Double) -> Double {
        largest > 0 ? Double(free) * (Double(demand.value) / (largest * largest)) : 0
      }
      let alignment =
        part(free.cpu, demand.cpu, largest(\.cpu)) + part(free.gpus.reduce(0, +), demand.gpu, largest(\.gpu))
      return Int(100 * (1 - alignment / 2))
    }
    return candidates.min { (-percent($0), $0.id) < (-percent($1), $1.id) }.map(tightest)
  }

  var worstFit: Choice? {
    /// By the resource's size in the largest node, GPU four times; whole numbers as they are kept.
    func left(_ node: Node) -> Int {
      let free = facts.free(node)
      func part(_ free: Int, _ largest: Double) -> Int { largest > 0 ? free * ((1 << 40) / Int(largest)) : 0 }
      return part(free.cpu, largest(\.cpu)) + part(free.ram, largest(\.ram))
        + 4 * part(free.gpus.reduce(0, +), largest(\.gpu))
    }
    return candidates.min { (-left($0), $0.id) < (-left($1), $1.id) }.map(tightest)
  }

  // MARK: - With one

  /// Every shape that waits or runs, with the largest power of two not above its count.
  private var mix: [(cpu: Int, gpu: Int, weight: Double)] {
    let live = facts.deployments.values.filter { !$0.isFinal }.map(\.spec.required)
    let counts = Dictionary(grouping: live) { [$0.cpu.value, $0.gpu.value] }.mapValues(\.count)
    return counts.map { shape, count in (shape[0], shape[1], exp2(floor(log2(Double(count))))) }
  }

  /// A request in whole devices where it is for more than one.
  private func rounded(_ gpu: Int) -> Int { gpu <= 1000 ? gpu : (gpu + 999) / 1000 * 1000 }

  /// Expected thousandths that the next one could not use.
  private func fragmentation(_ cpu: Int, _ free: [Int]) -> Double {
    let total = free.reduce(0, +)
    let all = mix.reduce(0) { $0 + $1.weight }
    return mix.reduce(0) { sum, shape in
      let gpu = rounded(shape.gpu)
      let isAble =
        gpu > 0 && shape.cpu <= cpu
        && (gpu < 1000 ? free.contains { $0 >= gpu } : free.count { $0 == 1000 } >= gpu / 1000)
      let least = min(gpu, 1000)
      let unused = isAble ? free.filter { $0 < least }.reduce(0, +) : total
      return sum + shape.weight / all * Double(unused)
    }
  }

  /// Expected thousandths that are left when the node is filled with copies of one shape.
  private func leftByCopies(_ cpu: Int, _ free: [Int]) -> Double {
    let total = Double(free.reduce(0, +))
    let all = mix.reduce(0) { $0 + $1.weight }
    return mix.reduce(0) { sum, shape in
      let gpu = rounded(shape.gpu)
      guard gpu > 0 else { return sum + shape.weight / all * total }
      let onDevices =
        gpu < 1000
        ? free.reduce(0) { $0 + $1 / gpu } : free.count { $0 == 1000 } / (gpu / 1000)
      let byCPU = shape.cpu > 0 ? Double(cpu) / Double(shape.cpu) : .infinity
      return sum + shape.weight / all * (total - min(Double(onDevices), byCPU) * Double(gpu))
    }
  }

  /// All ways to place the need: by node, then by the device of the share; whole devices are the lowest.
  private var ways: [(choice: Choice, cpu: Int, before: [Int], after: [Int])] {
    candidates.flatMap { node in
      let free = facts.free(node)
      var known: [Int?: [GPUShare]] = [:]
      for gpus in facts.assignments(demand.gpu.value, free.gpus) {
        let device = gpus.first { $0.share < .one }?.index
        let isLower = known[device].map { $0.map(\.index).lexicographicallyPrecedes(gpus.map(\.index)) }
        if isLower != true { known[device] = gpus }
      }
      return known.sorted { ($0.key ?? 0) < ($1.key ?? 0) }.map { _, gpus in
        var after = free.gpus
        for gpu in gpus { after[gpu.index] -= gpu.share.value }
        return (Choice(node: node.id, gpus: gpus), free.cpu, free.gpus, after)
      }
    }
  }

  var fragmentationDescent: Choice? {
    func percent(_ way: (choice: Choice, cpu: Int, before: [Int], after: [Int])) -> Int {
      let drop =
        fragmentation(way.cpu, way.before) - fragmentation(way.cpu - demand.cpu.value, way.after)
      // Sums of what is equal may differ in their last bits.
      let sigmoid = abs(drop) < 1e-9 ? 0.5 : 1 / (1 + exp(-drop / 1000))
      return Int(100 * sigmoid)
    }
    var best: (choice: Choice, percent: Int)?
    for way in ways where percent(way) > best?.percent ?? -1 { best = (way.choice, percent(way)) }
    return best?.choice
  }

  /// The cost of each way, lower better; in thousandths.
  var stranding: [(choice: Choice, cost: Double)] {
    ways.map { way in
      let cpu = way.cpu - demand.cpu.value
      let next = fragmentation(cpu, way.after) - fragmentation(way.cpu, way.before)
      let refill = leftByCopies(cpu, way.after) - leftByCopies(way.cpu, way.before)
      return (way.choice, next + refill / 2)
    }
  }
}
