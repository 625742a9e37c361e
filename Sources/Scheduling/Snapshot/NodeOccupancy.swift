import Model

/// A node, what runs on it and what nominees are promised of it.
///
/// What stops holds its resources until it has ended, and a nomination takes its own on top of that: so what is free may be
/// less than nothing for a while. Once all that stops is gone (`coming`), nominations and attempts fit. What has not stopped
/// long after it should have is not counted on any more.
package struct NodeOccupancy: Sendable {
  package private(set) var node: Node
  /// By live attempts, those that stop included.
  package private(set) var used = Resources.zero
  private var nominated = Resources.zero
  private var stopping = Resources.zero
  /// Free beside attempts and nominations.
  package private(set) var devices: GPUDevices
  package private(set) var allocations: [DeploymentID: Allocation] = [:]
  package private(set) var nominations: [DeploymentID: Allocation] = [:]
  /// Those whose stop is counted on, by when it is no more, then id.
  private(set) var stops: [(until: Timestamp, id: DeploymentID)] = []
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

  package var free: Resources { node.capacity - used - nominated }

  /// What fits, whether or not the node is open.
  package var freeCapacity: FreeCapacity { FreeCapacity(cpu: free.cpu, ram: free.ram, gpu: devices.largest) }

  /// What is free once all that stops has ended.
  var comingFree: Resources { free + stopping }

  /// The same of the devices.
  var comingDevices: GPUDevices {
    guard !stops.isEmpty else { return devices }
    var devices = devices
    for stop in stops { devices.give(allocations[stop.id]?.attempt.gpus ?? []) }
    return devices
  }

  /// What is free as if nobody were nominated.
  var freeBesideNominations: FreeCapacity {
    FreeCapacity(
      cpu: node.capacity.cpu - used.cpu, ram: node.capacity.ram - used.ram,
      gpu: devicesBesideNominations.largest)
  }

  private var devicesBesideNominations: GPUDevices {
    var devices = devices
    for nomination in nominations.values { devices.give(nomination.attempt.gpus) }
    return devices
  }

  // MARK: - Nominations

  /// Whether more is promised than will be there.
  var isOverpromised: Bool {
    let free = comingFree
    return free.cpu < .zero || free.ram < .zero || comingDevices.isOverdrawn
  }

  /// Whether a nominee can start in its place now.
  func isClear(for nomination: Allocation) -> Bool {
    nomination.held.cpu <= node.capacity.cpu - used.cpu && nomination.held.ram <= node.capacity.ram - used.ram
      && devicesBesideNominations.holds(nomination.attempt.gpus)
  }

  mutating func addNomination(_ nomination: Allocation) {
    nominations[nomination.id] = nomination
    nominated += nomination.held
    devices.take(nomination.attempt.gpus)
    evictable.add(nomination)
  }

  mutating func removeNomination(_ id: DeploymentID) {
    guard let nomination = nominations.removeValue(forKey: id) else { return }
    nominated -= nomination.held
    devices.give(nomination.attempt.gpus)
    evictable.remove(nomination)
  }

  // MARK: - Changes

  mutating func replace(_ node: Node) {
    self.node = node
    devices = GPUDevices(node.capacity)
    for allocation in allocations.values { devices.take(allocation.attempt.gpus) }
    for nomination in nominations.values { devices.take(nomination.attempt.gpus) }
  }

  mutating func add(_ allocation: Allocation, now: Timestamp) {
    allocations[allocation.id] = allocation
    used += allocation.held
    devices.take(allocation.attempt.gpus)
    if let until = allocation.overdueAt, until > now {
      let place = stops.firstIndex { ($0.until, $0.id) > (until, allocation.id) } ?? stops.count
      stops.insert((until, allocation.id), at: place)
      stopping += allocation.held
    }
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
    if let place = stops.firstIndex(where: { $0.id == id }) {
      stops.remove(at: place)
      stopping -= allocation.held
    }
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

  /// Counts no more on those that should have stopped long ago; true when there were any.
  mutating func endPatience(at now: Timestamp) -> Bool {
    let ended = stops.prefix { $0.until <= now }
    for stop in ended { stopping -= allocations[stop.id]!.held }
    stops.removeFirst(ended.count)
    return !ended.isEmpty
  }

  // MARK: - What preemption could free

  /// Below every priority: what has stopped gives way to all.
  static let belowAll = -1

  /// The lowest priority that could give way now, or does already.
  var lowestEvictable: Int? { !stops.isEmpty ? Self.belowAll : evictable.levels.first?.priority }

  /// More than preemption can free for anyone: devices are not looked at one by one.
  var upperCapacity: FreeCapacity {
    let free = comingFree
    var freeCapacity = FreeCapacity(cpu: free.cpu, ram: free.ram, gpu: comingDevices.sum)
    for level in evictable.levels {
      freeCapacity.cpu += level.held.cpu
      freeCapacity.ram += level.held.ram
      freeCapacity.gpu += level.held.gpu
    }
    return freeCapacity
  }

  /// False only when evicting everything below a priority does not make the room: devices are not looked at.
  func mayHold(_ demand: Resources, evictingBelow priority: Int) -> Bool {
    var missing = demand - comingFree
    for level in evictable.levels where level.priority < priority { missing -= level.held }
    return missing.cpu.value <= 0 && missing.ram.value <= 0 && missing.gpu.value <= 0
  }

  /// What may be preempted now, and the nominations; in no order.
  var evictableAllocations: [Allocation] {
    let protected = Set(protected.map(\.id))
    return allocations.values.filter { $0.evictableFrom != nil && !protected.contains($0.id) }
      + nominations.values
  }

  /// What holds some of it for longer than it takes to stop, in no order.
  var holders: [Allocation] { allocations.values.filter { $0.stop == nil } + nominations.values }

  /// When the first protected one below a priority may be preempted.
  func endOfProtection(below priority: Int) -> Timestamp? {
    protected.first { allocations[$0.id]!.priority < priority }?.until
  }

  /// The room when all that stops and some of the evictable are gone, exactly.
  func freeCapacity(evicting levels: [EvictableLevels.Level]) -> FreeCapacity {
    var (freeCapacity, devices) = coming
    for level in levels {
      freeCapacity.cpu += level.held.cpu
      freeCapacity.ram += level.held.ram
      devices.give(each: level.shares)
    }
    freeCapacity.gpu = devices.largest
    return freeCapacity
  }

  private var coming: (freeCapacity: FreeCapacity, devices: GPUDevices) {
    let (free, devices) = (comingFree, comingDevices)
    return (FreeCapacity(cpu: free.cpu, ram: free.ram, gpu: devices.largest), devices)
  }

  /// The same for every priority.
  var ladder: CapacityLadder {
    var ladder = CapacityLadder(base: freeCapacity)
    var (freeCapacity, devices) = coming
    if !stops.isEmpty { ladder.append(above: Self.belowAll, freeCapacity: freeCapacity) }
    for level in evictable.levels {
      freeCapacity.cpu += level.held.cpu
      freeCapacity.ram += level.held.ram
      devices.give(each: level.shares)
      freeCapacity.gpu = devices.largest
      ladder.append(above: level.priority, freeCapacity: freeCapacity)
    }
    return ladder
  }
}
