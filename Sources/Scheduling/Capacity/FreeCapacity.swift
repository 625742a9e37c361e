import Model

/// The room for what could still be placed somewhere in one piece; `gpu` is the largest single request its devices serve.
///
/// One number says exactly which GPU requests fit: with `u` untouched devices and a largest part `p` of
/// another, a request of `w` whole devices and a share `f` fits if and only if `w + f ≤ u + p`.
package struct FreeCapacity: Hashable, Sendable {
  package var cpu: Thousandths
  package var ram: Thousandths
  package var gpu: Thousandths

  package init(cpu: Thousandths, ram: Thousandths, gpu: Thousandths) {
    self.cpu = cpu
    self.ram = ram
    self.gpu = gpu
  }

  /// A node with nothing on it.
  package init(empty capacity: Resources) {
    cpu = capacity.cpu
    ram = capacity.ram
    // A partial device is the last one, so the sum is the largest request too.
    gpu = capacity.gpu
  }

  /// Holds nothing, not even a request of nothing.
  package static let closed = FreeCapacity(cpu: Thousandths(-1), ram: Thousandths(-1), gpu: Thousandths(-1))

  // By the bare values: across modules each comparison of `Thousandths` is a call, and scans make thousands.
  @inline(__always)
  package func holds(_ demand: Resources) -> Bool {
    demand.cpu.value <= cpu.value && demand.ram.value <= ram.value && demand.gpu.value <= gpu.value
  }
}

extension FreeCapacity {
  /// What of it fits an allowance too.
  func capped(by most: Resources) -> FreeCapacity {
    FreeCapacity(cpu: min(cpu, most.cpu), ram: min(ram, most.ram), gpu: min(gpu, most.gpu))
  }

  /// The larger of each part.
  mutating func formUnion(_ other: FreeCapacity) {
    cpu = max(cpu, other.cpu)
    ram = max(ram, other.ram)
    gpu = max(gpu, other.gpu)
  }
}

/// The room that a waiting deployment could make on a node by the priority it has: with more of it, more of what
/// runs there gives way.
package struct CapacityLadder: Sendable {
  package struct Step: Sendable {
    /// Priorities above this one may use the room.
    package let above: Int
    package let freeCapacity: FreeCapacity
  }

  /// For everyone.
  package let base: FreeCapacity
  /// Rising by priority; each room contains the ones before it.
  package private(set) var steps: [Step]

  package init(base: FreeCapacity, steps: [Step] = []) {
    self.base = base
    self.steps = steps
  }

  package mutating func append(above priority: Int, freeCapacity: FreeCapacity) {
    steps.append(Step(above: priority, freeCapacity: freeCapacity))
  }

  package var top: FreeCapacity { steps.last?.freeCapacity ?? base }

  package func freeCapacity(for priority: Int) -> FreeCapacity {
    steps.last { $0.above < priority }?.freeCapacity ?? base
  }

  func capped(by most: Resources) -> CapacityLadder {
    CapacityLadder(
      base: base.capped(by: most),
      steps: steps.map { Step(above: $0.above, freeCapacity: $0.freeCapacity.capped(by: most)) })
  }

  /// The same with steps for nobody below a priority.
  func usable(from priority: Int) -> CapacityLadder {
    let floor = priority - 1
    let merged =
      steps.last { $0.above <= floor }.map { [Step(above: floor, freeCapacity: $0.freeCapacity)] } ?? []
    return CapacityLadder(base: base, steps: merged + steps.filter { $0.above > floor })
  }
}
