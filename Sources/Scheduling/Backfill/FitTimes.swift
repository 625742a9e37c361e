import Model

/// The times at which a demand fits each node, kept while the nodes stay as they are.
struct FitTimes: Sendable {
  struct Fit: Sendable {
    /// .min: whenever it is asked; .max: never, as far as anybody knows.
    var milliseconds: Int
    /// After this the ends that were counted on have passed.
    var holdsUntil: Int
    var stamp: Int
  }

  let demand: Resources
  private var fits: [Fit]

  init(_ demand: Resources, count: Int) {
    self.demand = demand
    fits = Array(repeating: Fit(milliseconds: .max, holdsUntil: .max, stamp: 0), count: count)
  }

  var count: Int { fits.count }

  /// The node with the least time, the first of equals.
  mutating func earliest(of head: PendingDeployment, in table: NodeTable, choice: NodeChoice, now: Timestamp)
    -> (
      Int, (time: Timestamp, holdsUntil: Timestamp?)
    )?
  {
    var best: Int?
    for index in fits.indices {
      if fits[index].stamp != table.stamps[index] || fits[index].holdsUntil < now.milliseconds {
        fits[index] = Self.fit(demand, on: table.nodes[index], now: now)
        fits[index].stamp = table.stamps[index]
      }
      guard fits[index].milliseconds < best.map({ fits[$0].milliseconds }) ?? .max, choice.allows(index)
      else { continue }
      best = index
    }
    return best.map { index in
      let fit = fits[index]
      let holdsUntil = fit.holdsUntil < .max ? Timestamp(milliseconds: fit.holdsUntil) : nil
      return (index, (max(now, Timestamp(milliseconds: fit.milliseconds)), holdsUntil))
    }
  }

  private static func fit(_ demand: Resources, on node: NodeOccupancy, now: Timestamp) -> Fit {
    var fit = Fit(milliseconds: .max, holdsUntil: .max, stamp: 0)
    guard node.isOpen, FreeCapacity(empty: node.node.capacity).holds(demand) else { return fit }
    let ends = node.knownEnds.from(now)
    fit.holdsUntil = ends.first?.end.milliseconds ?? .max
    guard !node.freeCapacity.holds(demand) else {
      fit.milliseconds = .min
      return fit
    }
    var later = NodeLater(node)
    for place in ends.indices {
      later.release(ends[place])
      if place + 1 < ends.endIndex, ends[place + 1].end == ends[place].end { continue }
      guard later.freeCapacity.holds(demand) else { continue }
      fit.milliseconds = ends[place].end.milliseconds
      return fit
    }
    return fit
  }
}

/// The fit times of the head that was asked for last: there is one at a time.
struct HeadFitTimes: Memorable {
  private var times: FitTimes?

  mutating func use<Result>(of demand: Resources, count: Int, _ body: (inout FitTimes) -> Result) -> Result {
    var used = FitTimes(demand, count: count)
    if let times, times.demand == demand, times.count == count { used = times }
    times = nil
    defer { times = used }
    return body(&used)
  }
}
