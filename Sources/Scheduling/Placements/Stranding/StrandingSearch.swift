import Model

/// The search for the node, and the device for a share, where placing strands the least by a measure.
///
/// Looks only at nodes that changed since the same demand was placed last; the first of equal nodes and devices wins.
struct StrandingSearch<Measure: StrandingMeasure> {
  private let demand: Resources
  private let tables: ShapeTables
  private let whole: Int
  private let share: Int
  private var free = FreeDevices()
  private var after = FreeDevices()
  /// The last node looked at: one in the same state after it has the same score.
  private var last: (cpu: Int, devices: [Thousandths], answer: (score: Int, device: Int))?

  static func placement(for demand: Resources, among choice: NodeChoice, in snapshot: ClusterSnapshot)
    -> Placement?
  {
    let table = snapshot.table
    let found = snapshot.memo.use(StrandingMemo.self) { known -> (node: Int, device: Int)? in
      let key = StrandingMemo.Key(measure: ObjectIdentifier(Measure.self), demand: demand)
      var column = known.takeColumn(key)
      var search = Self(demand: demand, tables: known.tables(of: snapshot.mix))
      search.refresh(&column, table, mixStamp: snapshot.mix.stamp)
      let best = column.lowest(among: choice).map { (node: $0, device: Int(column.devices[$0])) }
      known.putColumn(column, key)
      return best
    }
    guard let found else { return nil }
    let devices = table.nodes[found.node].devices
    let gpus =
      found.device < 0 ? devices.choose(demand.gpu) : devices.choose(demand.gpu, shareOf: found.device)
    return gpus.map { Placement(nodeID: table.ids[found.node], gpus: $0) }
  }

  private init(demand: Resources, tables: ShapeTables) {
    self.demand = demand
    self.tables = tables
    whole = demand.gpu.value / 1000
    share = demand.gpu.value % 1000
  }

  private mutating func refresh(_ column: inout ScoreColumn, _ table: NodeTable, mixStamp: Int) {
    column.prepare(count: table.stamps.count, mixStamp: mixStamp)
    for index in table.stamps.indices {
      let stamp = table.stamps[index]
      guard !column.isCurrent(index, stamp) else { continue }
      guard table.freeCapacities[index].freeCapacity.holds(demand) else {
        column.set(index, ScoreColumn.none, stamp: stamp)
        continue
      }
      let answer = score(
        cpu: table.freeCapacities[index].freeCapacity.cpu.value, table.nodes[index].devices.free)
      column.set(index, answer.score, device: answer.device, stamp: stamp)
    }
  }

  private mutating func score(cpu: Int, _ devices: [Thousandths]) -> (score: Int, device: Int) {
    if let last, last.cpu == cpu, last.devices == devices { return last.answer }
    free.read(devices)
    let before = Measure.stranded(free, cpu: cpu, tables)
    let answer = best(before: before, cpu: cpu - demand.cpu.value, devices)
    last = (cpu, devices, answer)
    return answer
  }

  private mutating func best(before: Int, cpu: Int, _ devices: [Thousandths]) -> (score: Int, device: Int) {
    guard share > 0 else {
      after = free
      after.take(whole: whole)
      return (Measure.cost(before: before, after: Measure.stranded(after, cpu: cpu, tables), tables), -1)
    }
    var best = (score: ScoreColumn.none, device: -1)
    for index in devices.indices where devices[index].value >= share {
      let left = devices[index]
      if left == .one, free.untouched <= whole { continue }
      if devices[..<index].contains(left) { continue }
      after = free
      after.take(whole: whole)
      after.take(share: share, of: left.value)
      let score = Measure.cost(
        before: before, after: Measure.stranded(after, cpu: cpu, tables), tables)
      if score < best.score { best = (score, index) }
    }
    return best
  }
}
