import Model

/// The chart of who had which device when: a lane for each device and one for a node's cpu, or where there are many nodes a lane
/// for each few of them.
///
/// A lane is cut into columns. Each is coloured as the priority that held most of it in that time, and the paler the
/// less was held; the lane of a cpu is a small chart of how much was.
struct GanttChart {
  private static let columns = 500
  private static let mostLanes = 72
  private static let axisHeight = 26.0

  let timeline: Timeline
  let workload: Workload
  let styles: PriorityStyles

  /// What a lane says about where the nodes were too many for one each.
  var isPooled: Bool { lanesByNode.reduce(0, +) > Self.mostLanes }

  private var lanesByNode: [Int] {
    workload.nodes.map { $0.capacity.deviceCount + ($0.capacity.cpu > .zero ? 1 : 0) }
  }

  var svg: String {
    var lanes = isPooled ? pooledLanes : nodeLanes
    fill(&lanes)
    let bottom = (lanes.last.map { $0.top + $0.height } ?? 0) + 4
    var content = TimeAxis(timeline).grid(top: 0, bottom: bottom)
    var drawn: [String: String] = [:]
    for lane in lanes {
      content += Markup.text(
        lane.title, x: ReportLayout.left - 8, y: lane.top + 9.5, "end \(lane.titleStyle)")
      content += lane.frame
      for (style, path) in lane.paths(styles) { drawn[style, default: ""] += path }
    }
    content += drawn.sorted { $0.key < $1.key }.map { Markup.path($0.value, $0.key) }.joined()
    content += Markup.path(preemptionMarks(lanes), "cut")
    return Markup.svg(height: bottom + Self.axisHeight, label: "What ran on each node over time", content)
  }

  // MARK: - Lanes

  private var nodeLanes: [GanttLane] {
    var lanes: [GanttLane] = []
    var top = 4.0
    func add(_ title: String, _ style: String, _ kind: GanttLane.Kind, height: Double, capacity: Double) {
      lanes.append(
        GanttLane(
          title: title, titleStyle: style, kind: kind, top: top, height: height, capacity: capacity,
          columns: Columns(count: Self.columns, over: timeline)))
      top += height + 2
    }
    for (index, node) in workload.nodes.enumerated() {
      let devices = node.capacity.deviceCount
      if node.capacity.cpu > .zero {
        let height = devices == 0 ? 44.0 : 22
        add(node.name, "name", .cpu(index...index), height: height, capacity: Double(node.capacity.cpu.value))
      }
      for device in 0..<devices {
        add(
          "gpu \(device)", "lane-name", .device(node: index, device: device), height: 11,
          capacity: Double(node.capacity.deviceCapacity(device).value))
      }
      top += 8
    }
    return lanes
  }

  private var pooledLanes: [GanttLane] {
    let size = (workload.nodes.count + Self.mostLanes - 1) / Self.mostLanes
    return stride(from: 0, to: workload.nodes.count, by: size).enumerated().map { row, first in
      let nodes = first...min(first + size, workload.nodes.count) - 1
      let gpu = workload.nodes[nodes].reduce(0) { $0 + $1.capacity.gpu.value }
      let cpu = workload.nodes[nodes].reduce(0) { $0 + $1.capacity.cpu.value }
      return GanttLane(
        title: row % 4 == 0 ? workload.nodes[first].name : "", titleStyle: "lane-name",
        kind: gpu > 0 ? .gpu(nodes) : .cpu(nodes), top: 4 + 9 * Double(row), height: 8,
        capacity: Double(gpu > 0 ? gpu : cpu), columns: Columns(count: Self.columns, over: timeline))
    }
  }

  /// Hands each attempt to the lanes of its node.
  private func fill(_ lanes: inout [GanttLane]) {
    var byNode: [Int: [Int]] = [:]
    for (place, lane) in lanes.enumerated() {
      for node in lane.kind.nodes { byNode[node, default: []].append(place) }
    }
    for span in timeline.spans {
      let job = workload.jobs[span.job]
      for place in byNode[span.attempt.nodeID.rawValue - 1] ?? [] {
        lanes[place].add(span, job, style: styles.style(of: job.priority))
      }
    }
  }

  /// A stroke where an attempt was preempted.
  private func preemptionMarks(_ lanes: [GanttLane]) -> String {
    guard !isPooled else { return "" }
    let place = Columns(count: Self.columns, over: timeline)
    let step = ReportLayout.plot / Double(Self.columns)
    return timeline.spans.filter(\.wasPreempted).map { span in
      lanes.filter { $0.isMarked(by: span) }.map { lane in
        let x = Markup.number(ReportLayout.left + step * place.place(span.end))
        return "M\(x) \(Markup.number(lane.top))v\(Markup.number(lane.height))"
      }.joined()
    }.joined()
  }
}
