import Model

/// The slots of those ahead: when they start, on which node and devices, if running attempts last as long as they may.
package struct SlotTable: Sendable {
  let head: DeploymentID
  /// The node the head has pinned for want of a slot.
  var pinned: Reservation?
  private let now: Timestamp
  private var lines: [Int: SlotLine] = [:]
  private var holders: Set<DeploymentID> = []
  /// The first end that is counted on.
  private let firstEnd: Timestamp?

  init(_ snapshot: ClusterSnapshot, head: DeploymentID, now: Timestamp) {
    self.head = head
    self.now = now
    firstEnd = snapshot.table.nodes.compactMap { $0.knownEnds.from(now).first?.end }.min()
  }

  /// After it time alone may make them others.
  var holdsUntil: Timestamp? { [firstEnd, pinned?.holdsUntil].compactMap(\.self).min() }

  func hasSlot(_ id: DeploymentID) -> Bool { holders.contains(id) }

  /// Gives it the earliest slot there is, on the lowest node of equals; none when there is none.
  mutating func reserve(_ pending: PendingDeployment, in table: NodeTable) {
    let choice = NodeChoice(table.mask(pending.spec.conditions))
    var best: (index: Int, slot: SlotLine.Slot)?
    for index in table.nodes.indices where choice.allows(index) && table.nodes[index].isOpen {
      guard FreeCapacity(empty: table.nodes[index].node.capacity).holds(pending.demand) else { continue }
      let line = lines[index] ?? SlotLine(table.nodes[index], now: now)
      guard let slot = line.earliest(pending) else { continue }
      if best.map({ slot.start < $0.slot.start }) ?? true { best = (index, slot) }
    }
    guard let best else { return }
    lines[best.index, default: SlotLine(table.nodes[best.index], now: now)].take(best.slot, by: pending)
    holders.insert(pending.id)
  }

  /// Whether somebody has a slot on a node.
  func isUsed(_ index: Int, in table: NodeTable) -> Bool {
    lines[index] != nil || pinned?.nodeID == table.ids[index]
  }

  /// The devices with which it may start on a node now; nil when it would be in somebody's way.
  func admit(_ pending: PendingDeployment, on index: Int, in snapshot: ClusterSnapshot) -> [GPUShare]? {
    let node = snapshot.table.nodes[index]
    let line = lines[index] ?? SlotLine(node, now: now)
    guard node.freeCapacity.holds(pending.demand), let left = line.devices(for: pending, from: now) else {
      return nil
    }
    // What ends in this very moment is over in the slots and still holds its devices.
    let devices = GPUDevices(free: zip(left, node.devices.free).map(min))
    guard let pinned, pinned.nodeID == snapshot.table.ids[index] else {
      return devices.choose(pending.demand.gpu)
    }
    return ReservedNode(pinned, in: snapshot, now: now)?.admit(pending, of: devices)
  }
}

/// The room on one node from now on, as steps.
struct SlotLine: Sendable {
  struct Slot: Sendable {
    let start: Timestamp
    let gpus: [GPUShare]
  }

  private struct Step: Sendable {
    var from: Timestamp
    var cpu: Thousandths
    var ram: Thousandths
    var devices: [Thousandths]
  }

  /// Rising by time; the last lasts for ever.
  private var steps: [Step]

  init(_ node: NodeOccupancy, now: Timestamp) {
    var later = NodeLater(node)
    func step(_ time: Timestamp) -> Step {
      Step(from: time, cpu: later.cpu, ram: later.ram, devices: later.devices.free)
    }
    steps = [step(now)]
    for ending in node.knownEnds.from(now) {
      later.release(ending)
      if ending.end > steps[steps.count - 1].from {
        steps.append(step(ending.end))
      } else {
        steps[steps.count - 1] = step(ending.end)
      }
    }
  }

  func earliest(_ pending: PendingDeployment) -> Slot? {
    for step in steps {
      if let gpus = shares(pending, from: step.from) { return Slot(start: step.from, gpus: gpus) }
    }
    return nil
  }

  /// Devices it can have from a step's beginning to its end; nil when something is missing in between.
  private func shares(_ pending: PendingDeployment, from start: Timestamp) -> [GPUShare]? {
    devices(for: pending, from: start).flatMap { GPUDevices(free: $0).choose(pending.demand.gpu) }
  }

  /// What each device has left throughout; nil when there is too little cpu or ram.
  func devices(for pending: PendingDeployment, from start: Timestamp) -> [Thousandths]? {
    let end = pending.knownEnd(startedAt: start)
    var devices: [Thousandths]?
    for (place, step) in steps.enumerated() {
      if place + 1 < steps.count, steps[place + 1].from <= start { continue }
      if let end, step.from >= end { break }
      guard pending.demand.cpu <= step.cpu, pending.demand.ram <= step.ram else { return nil }
      devices = devices.map { zip($0, step.devices).map(min) } ?? step.devices
    }
    return devices
  }

  mutating func take(_ slot: Slot, by pending: PendingDeployment) {
    cut(at: slot.start)
    let end = pending.knownEnd(startedAt: slot.start)
    if let end { cut(at: end) }
    for place in steps.indices where steps[place].from >= slot.start {
      if let end, steps[place].from >= end { break }
      steps[place].cpu -= pending.demand.cpu
      steps[place].ram -= pending.demand.ram
      for gpu in slot.gpus { steps[place].devices[gpu.index] -= gpu.share }
    }
  }

  /// Makes a step begin at a time.
  private mutating func cut(at time: Timestamp) {
    guard let place = steps.lastIndex(where: { $0.from <= time }), steps[place].from < time else { return }
    var later = steps[place]
    later.from = time
    steps.insert(later, at: place + 1)
  }
}
