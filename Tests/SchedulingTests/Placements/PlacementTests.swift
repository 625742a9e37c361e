import Model
import Scheduling
import TestSupport
import Testing

/// A small cluster that changes, its rows and its snapshot side by side.
private struct ChangingCluster {
  var facts = Facts()
  var snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: QueueRules(order: PriorityOrder()))
  private var arrivals = 0
  /// Told to placements beforehand.
  var known: [Shape: Int] = [:] {
    didSet { snapshot.expect(known) }
  }
  /// Chooses what happens next.
  var random: SeededRandom

  init(seed: Int) {
    random = SeededRandom(seed: seed)
    for id in 1...Int.random(in: 1...5, using: &random) { set(Rows.node(id, capacity())) }
  }

  private mutating func capacity() -> Resources {
    Resources(
      random.pick([8000, 16_000, 64_000]), random.pick([16_000, 64_000]),
      random.pick([0, 1000, 2000, 2500, 4000]))
  }

  mutating func demand() -> Resources {
    Resources(
      random.pick([0, 500, 1000, 3000, 8000]), random.pick([1000, 4000]),
      random.pick([0, 0, 190, 470, 470, 810, 1000, 1000, 1500, 2000]))
  }

  private mutating func set(_ node: Node) {
    snapshot.put(node)
    facts.nodes[node.id] = node
  }

  private mutating func set(_ deployment: Deployment) {
    snapshot.change(from: facts.deployments[deployment.id], to: deployment)
    facts.deployments[deployment.id] = deployment.isFinal ? nil : deployment
  }

  /// One waits more, or runs where first-fit puts it, or ends; or a node changes.
  mutating func step() {
    let one = facts.deployments.values.map(\.id).sorted().randomElement(using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<11:
      arrivals += 1
      let deployment = Rows.deployment(arrivals, demand())
      set(deployment)
      guard random.chance(85) else { return }
      if let placement = FirstFit().place(
        PlacementRequest(deployment.spec.required), among: .all, in: snapshot)
      {
        set(deployment.started(on: facts.nodes[placement.nodeID]!, placement.gpus, at: Rows.epoch))
      }
    case 11..<18: if let one { set(facts.deployments[one]!.ended(at: Rows.epoch)) }
    case 18:
      var node = facts.nodes[facts.nodes.keys.sorted().randomElement(using: &random)!]!
      node.drain.toggle()
      set(node)
    case _: set(Rows.node(facts.nodes.count + 1, capacity()))
    }
  }

  var rebuilt: ClusterSnapshot {
    var rebuilt = ClusterSnapshot(clusterID: Rows.clusterID, rules: QueueRules(order: PriorityOrder()))
    rebuilt.expect(known)
    for node in facts.nodes.values.sorted(by: { $0.id > $1.id }) { rebuilt.put(node) }
    for deployment in facts.deployments.values.sorted(by: { $0.id > $1.id }) {
      rebuilt.change(from: nil, to: deployment)
    }
    return rebuilt
  }
}

@Suite struct PlacementTests {
  private typealias Choice = ExpectedPlacement.Choice

  private func choice(_ placement: any PlacementPolicy, _ demand: Resources, _ snapshot: ClusterSnapshot)
    -> Choice?
  {
    placement.place(PlacementRequest(demand), among: .all, in: snapshot).map {
      Choice(node: $0.nodeID, gpus: $0.gpus)
    }
  }

  /// The first of random changing clusters in which the check finds something wrong.
  private func firstFailure(_ check: (ChangingCluster, Resources) -> String?) -> String? {
    for seed in 0..<120 {
      var cluster = ChangingCluster(seed: seed)
      for step in 0..<25 {
        cluster.step()
        let demand = cluster.demand()
        guard demand != .zero, let wrong = check(cluster, demand) else { continue }
        return "seed \(seed), step \(step), \(demand): \(wrong)"
      }
    }
    return nil
  }

  private func firstDifference(
    _ placement: any PlacementPolicy, _ expected: (ExpectedPlacement) -> Choice?
  ) -> String? {
    firstFailure { cluster, demand in
      let found = choice(placement, demand, cluster.snapshot)
      let wanted = expected(ExpectedPlacement(facts: cluster.facts, demand: demand))
      return found == wanted ? nil : "found \(found as Any), wanted \(wanted as Any)"
    }
  }

  @Test func `first fit takes the lowest node that has the room`() {
    #expect(firstDifference(FirstFit(), \.firstFit) == nil)
  }

  @Test func `worst fit takes the node with the most left`() {
    #expect(firstDifference(WorstFit(), \.worstFit) == nil)
  }

  @Test func `dot product takes the least aligned node, in percent`() {
    #expect(firstDifference(DotProduct(), \.dotProduct) == nil)
  }

  @Test func `fragmentation descent takes the node and device where fragmentation drops most, in percent`() {
    #expect(firstDifference(FragmentationDescent(), \.fragmentationDescent) == nil)
  }

  @Test func `least stranded takes a node and device where no other strands less`() {
    let failure = firstFailure { cluster, demand in
      let ways = ExpectedPlacement(facts: cluster.facts, demand: demand).stranding
      let least = ways.map(\.cost).min()
      guard let found = choice(LeastStranded(), demand, cluster.snapshot) else {
        return least == nil ? nil : "found nothing"
      }
      guard let cost = ways.first(where: { $0.choice == found })?.cost else { return "\(found) does not fit" }
      // It counts in whole thousandths.
      return cost <= least! + 2 ? nil : "\(found) costs \(cost), and there is one of \(least!)"
    }
    #expect(failure == nil)
  }

  @Test(arguments: PlacementCatalog.all.indices)
  func `what a placement remembers changes nothing: a rebuilt snapshot is placed on alike`(index: Int) {
    let placement = PlacementCatalog.all[index]
    let failure = firstFailure { cluster, demand in
      let kept = choice(placement, demand, cluster.snapshot)
      let rebuilt = choice(placement, demand, cluster.rebuilt)
      return kept == rebuilt ? nil : "\(placement.name) kept \(kept as Any), rebuilt \(rebuilt as Any)"
    }
    #expect(failure == nil)
  }

  @Test func `copies of a snapshot that went different ways are not confused`() {
    let demand = Resources(1000, 1000, 470)
    for seed in 0..<20 {
      var one = ChangingCluster(seed: seed)
      for _ in 0..<10 { one.step() }
      // What comes changes no score then: only the nodes do.
      one.known = [Shape(Resources(1000, 1000, 600)): 3, Shape(Resources(1000, 1000, 1000)): 1]
      var other = one
      other.random = SeededRandom(seed: 1000 + seed)
      for _ in 0..<10 {
        one.step()
        other.step()
        for cluster in [one, other] {
          let kept = choice(LeastStranded(), demand, cluster.snapshot)
          #expect(kept == choice(LeastStranded(), demand, cluster.rebuilt), "seed \(seed)")
        }
      }
    }
  }

  @Test func `shapes known beforehand count, and not what comes`() {
    var snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: QueueRules(order: PriorityOrder()))
    snapshot.put(Rows.node(1, Resources(8000, 8000, 1000)))
    snapshot.put(Rows.node(2, Resources(8000, 8000, 1000)))
    let part = Rows.deployment(1, Resources(1000, 1000, 400))
    snapshot.change(
      from: nil,
      to: part.started(on: Rows.node(1, .zero), [GPUShare(index: 0, share: Thousandths(400))], at: Rows.epoch)
    )
    let demand = Resources(1000, 1000, 300)
    // With 300 more the 600 of node 1 are lost for a 600; there is still a whole device on node 2.
    snapshot.expect([Shape(Resources(1000, 1000, 600)): 3, Shape(Resources(1000, 1000, 1000)): 1])
    #expect(LeastStranded().place(PlacementRequest(demand), among: .all, in: snapshot)?.nodeID == NodeID(2))
    snapshot.expect([Shape(Resources(1000, 1000, 300)): 1, Shape(Resources(1000, 1000, 1000)): 9])
    #expect(LeastStranded().place(PlacementRequest(demand), among: .all, in: snapshot)?.nodeID == NodeID(1))
  }

  @Test func `every placement has a name of its own by which it is found`() {
    #expect(Set(PlacementCatalog.all.map(\.name)).count == PlacementCatalog.all.count)
    for placement in PlacementCatalog.all {
      #expect(PlacementCatalog.placement(named: placement.name)?.name == placement.name)
    }
    #expect(PlacementCatalog.placement(named: "nonsense") == nil)
  }
}
