import Model

/// A node as it will be once some of what runs there is over.
struct NodeLater {
  private(set) var cpu: Thousandths
  private(set) var ram: Thousandths
  private(set) var devices: GPUDevices

  init(_ node: NodeOccupancy) {
    cpu = node.free.cpu
    ram = node.free.ram
    devices = node.devices
  }

  /// With everything over that is known to end by then.
  init(_ node: NodeOccupancy, at time: Timestamp, now: Timestamp) {
    self.init(node)
    for ending in node.knownEnds.from(now) {
      guard ending.end <= time else { break }
      release(ending)
    }
  }

  var freeCapacity: FreeCapacity { FreeCapacity(cpu: cpu, ram: ram, gpu: devices.largest) }

  mutating func release(_ allocation: Allocation) { release(allocation.held, allocation.attempt.gpus) }

  mutating func release(_ ending: KnownEnd) { release(ending.held, ending.gpus) }

  private mutating func release(_ held: Resources, _ gpus: [GPUShare]) {
    cpu += held.cpu
    ram += held.ram
    devices.give(gpus)
  }
}
