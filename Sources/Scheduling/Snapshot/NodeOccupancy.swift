import Model

/// A node and what runs on it.
package struct NodeOccupancy: Sendable {
  package private(set) var node: Node
  package private(set) var used = Resources.zero
  package private(set) var devices: GPUDevices
  package private(set) var allocations: [DeploymentID: Allocation] = [:]
  private(set) var evictable = EvictableLevels()
  private(set) var oldest = OldestStarts()
  private(set) var knownEnds = KnownEnds()
  /// Preemptible ones not yet past their min_runtime, by its end, then id.
  private(set) var protected: [(until: Timestamp, id: DeploymentID)] = []

  init(_ node: Node) {
    self.node = node
    devices = GPUDevices(node.capacity)
  }

  /// Whether anything new may be placed here.
  package var isOpen: Bool { node.isOpen }

  package var free: Resources { node.capacity - used }

  /// What fits, whether or not the node is open.
  package var room: Room {
    Room(cpu: node.capacity.cpu - used.cpu, ram: node.capacity.ram - used.ram, gpu: devices.largest)
  }

  /// Whether all that runs here would fit another capacity, each on the devices it has.
  func canBecome(_ capacity: Resources) -> Bool {
    used.cpu <= capacity.cpu && used.ram <= capacity.ram
      && devices.free.indices.allSatisfy { index in
        node.capacity.deviceCapacity(index) - devices.free[index] <= capacity.deviceCapacity(index)
      }
  }

  // MARK: - Changes

  mutating func replace(_ node: Node) {
    self.node = node
    devices = GPUDevices(node.capacity)
    for allocation in allocations.values { devices.take(allocation.attempt.gpus) }
  }

  mutating func add(_ allocation: Allocation, now: Timestamp) {
    allocations[allocation.id] = allocation
    used += allocation.held
    devices.take(allocation.attempt.gpus)
    oldest.add(allocation)
    knownEnds.insert(allocation)
    guard let from = allocation.evictableFrom else { return }
    if from <= max(now, allocation.attempt.startedAt) {
      evictable.add(allocation)
    } else {
      let place = protected.firstIndex { ($0.until, $0.id) > (from, allocation.id) } ?? protected.count
      protected.insert((from, allocation.id), at: place)
    }
  }

  /// Judges protection anew.
  mutating func use(_ rules: QueueRules, now: Timestamp) {
    let held = Array(allocations.values)
    for allocation in held { remove(allocation.id) }
    for allocation in held { add(allocation.under(rules), now: now) }
  }

  mutating func remove(_ id: DeploymentID) {
    guard let allocation = allocations.removeValue(forKey: id) else { return }
    used -= allocation.held
    devices.give(allocation.attempt.gpus)
    oldest.remove(allocation, others: allocations.values)
    knownEnds.remove(allocation)
    guard allocation.evictableFrom != nil else { return }
    if let place = protected.firstIndex(where: { $0.id == id }) {
      protected.remove(at: place)
    } else {
      evictable.remove(allocation)
    }
  }

  /// Ends the protection of those whose min_runtime has passed; true when there were any.
  mutating func endProtection(at now: Timestamp) -> Bool {
    let ended = protected.prefix { $0.until <= now }
    for entry in ended { evictable.add(allocations[entry.id]!) }
    protected.removeFirst(ended.count)
    return !ended.isEmpty
  }

  // MARK: - What preemption could free

  /// The lowest priority that could give way now.
  var lowestEvictable: Int? { evictable.levels.first?.priority }

  /// More than preemption can free for anyone: devices are not looked at one by one.
  var upperRoom: Room {
    var room = Room(cpu: free.cpu, ram: free.ram, gpu: devices.sum)
    for level in evictable.levels {
      room.cpu += level.held.cpu
      room.ram += level.held.ram
      room.gpu += level.held.gpu
    }
    return room
  }

  /// False only when evicting everything below a priority does not make the room: devices are not looked at.
  func mayHold(_ need: Resources, evictingBelow priority: Int) -> Bool {
    var missing = need - free
    for level in evictable.levels where level.priority < priority { missing -= level.held }
    return missing.cpu.value <= 0 && missing.ram.value <= 0 && missing.gpu.value <= 0
  }

  /// What may be preempted now, in no order.
  var evictableAllocations: [Allocation] {
    let protected = Set(protected.map(\.id))
    return allocations.values.filter { $0.spec.preemptible && !protected.contains($0.id) }
  }

  /// When the first protected one below a priority may be preempted.
  func endOfProtection(below priority: Int) -> Timestamp? {
    protected.first { allocations[$0.id]!.priority < priority }?.until
  }

  /// The room when some of the evictable are gone, exactly.
  func room(evicting levels: [EvictableLevels.Level]) -> Room {
    var room = self.room
    var devices = self.devices
    for level in levels {
      room.cpu += level.held.cpu
      room.ram += level.held.ram
      devices.give(each: level.shares)
    }
    room.gpu = devices.largest
    return room
  }

  /// The same for every priority.
  var ladder: RoomLadder {
    var ladder = RoomLadder(base: room)
    var room = self.room
    var devices = self.devices
    for level in evictable.levels {
      room.cpu += level.held.cpu
      room.ram += level.held.ram
      devices.give(each: level.shares)
      room.gpu = devices.largest
      ladder.append(above: level.priority, room: room)
    }
    return ladder
  }
}
