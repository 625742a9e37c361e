import Model
import Scheduling

extension Measurement {
  /// What a change of one row costs the scheduler: the row, and all plans that follow from it until nobody can start.
  static let decisions = Measurement(
    name: "decisions", summary: "scheduling decisions: an end and an arrival, by nodes and by how many wait"
  ) { bench in
    var rows: [Row] = []
    for nodes in [10, 1213] {
      for pending in [0, 10_000, 100_000] {
        rows += decisions(nodes: nodes, pending: pending, events: 1000 * bench.scale.effort)
      }
    }
    return rows
  }

  private static func decisions(nodes: Int, pending: Int, events: Int) -> [Row] {
    var cluster = LoadedCluster(nodes: nodes, by: StrategyCatalog.standard, seed: 7)
    if pending == 0 { cluster.load() } else { cluster.fill(pending: pending) }
    var ends = Samples()
    var arrivals = Samples()
    for _ in 0..<events {
      if let row = cluster.nextEnd() { ends.time { cluster.end(row) } }
      // As many come as can start, so that as many wait as before.
      for _ in 0..<max(1, min(8, pending - cluster.pending)) where pending > 0 || cluster.hasCapacity {
        let row = cluster.nextArrival(isSmall: pending == 0)
        arrivals.time { cluster.arrive(row) }
      }
    }
    let what = "\(MeasurementTable.grouped(nodes)) nodes, \(MeasurementTable.grouped(pending)) waiting"
    return [
      Row("decision at an end, \(what)", .microseconds, ends, target: .atMost(100)),
      Row("decision at an arrival, \(what)", .microseconds, arrivals, target: .atMost(100)),
    ]
  }

  /// What finding a place costs, one node having changed since the last time.
  static let placements = Measurement(
    name: "placements", summary: "finding a place, by placement and by nodes"
  ) { bench in
    [10, 1213].flatMap { nodes in
      PlacementCatalog.all.map { placement in
        placements(placement, nodes: nodes, count: 1000 * bench.scale.effort)
      }
    }
  }

  private static func placements(_ placement: any PlacementPolicy, nodes: Int, count: Int) -> Row {
    var cluster = LoadedCluster(nodes: nodes, by: StrategyCatalog.standard, seed: 7)
    cluster.load()
    var samples = Samples()
    for _ in 0..<count {
      if let row = cluster.nextEnd() { cluster.end(row) }
      let request = PlacementRequest(cluster.nextDemand())
      samples.time { _ = placement.place(request, among: .all, in: cluster.snapshot) }
      cluster.load()
    }
    let target: Double? =
      switch placement.name {
      case "best_fit": 10
      case "fgd": 20
      case _: nil
      }
    return Row(
      "placement \(placement.name), \(MeasurementTable.grouped(nodes)) nodes", .microseconds, samples,
      target: target.map { .atMost($0) })
  }
}
