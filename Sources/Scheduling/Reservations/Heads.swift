import Model

extension ClusterSnapshot {
  /// The first that could ever start, of each `where`; in the queue's own order.
  var heads: [Candidate] {
    guard queue.hasConditions else { return eligible(1) }
    let groups = Dictionary(grouping: queue.partitions.indices) { queue.partitions[$0].id.conditions }
    return groups.values.compactMap { eligible(1, of: $0).first }.sorted { queue.precedes($0, $1) }
  }

  /// The first so many in the queue's own order, before a place in it, that could ever start on the open nodes.
  func eligible(_ count: Int, before limit: Candidate? = nil, of partitions: [Int]? = nil) -> [Candidate] {
    var found: [Candidate] = []
    var from = Array(repeating: OrderKey.lowest, count: queue.partitions.count)
    while found.count < count,
      let next = queue.first(of: partitions, { queue.partitions[$0].main.first(from: from[$0]) })
    {
      if let limit, !queue.precedes(next, limit) { break }
      from[next.partition] = next.key.next
      if isEligible(next) { found.append(next) }
    }
    return found
  }

  private func isEligible(_ candidate: Candidate) -> Bool {
    let partition = queue.partitions[candidate.partition]
    guard partition.allows(candidate.pending.demand) else { return false }
    let choice = NodeChoice(table.mask(partition.id.conditions))
    return table.nodes.indices.contains { index in
      choice.allows(index) && table.nodes[index].isOpen
        && FreeCapacity(empty: table.nodes[index].node.capacity).holds(candidate.pending.demand)
    }
  }
}
