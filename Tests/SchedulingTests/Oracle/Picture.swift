import Model

@testable import Scheduling

extension ClusterSnapshot {
  /// Everything that has to be the same however the snapshot came about.
  var picture: String {
    var lines = [
      "used \(used) of \(capacity), \(runningCount) running, paused \(paused), largest \(table.largest)"
    ]
    for (index, node) in nodes.enumerated() {
      lines.append("node \(node.node.id) \(node.node.capacity) drain \(node.node.drain)")
      lines.append("  used \(node.used) free \(node.devices) \(table.rooms[index]) \(table.reaches[index])")
      lines.append("  runs \(node.allocations.keys.sorted()) protected \(node.protected)")
      for level in node.evictable.levels { lines.append("  level \(level.trimmed)") }
    }
    lines.append("protecting \(table.protecting)")
    for (position, entry) in queue.enumerated() {
      lines.append("waits \(entry.key) \(entry.waiting.priority) \(entry.waiting.need)")
      if queue.position(of: entry.key) != position { lines.append("at another position") }
    }
    lines.append("\(queue.count) wait, the highest \(String(describing: queue.highestPriority))")
    return lines.joined(separator: "\n")
  }
}

extension EvictableLevels.Level {
  /// Without the trailing devices that were used once.
  fileprivate var trimmed: EvictableLevels.Level {
    var level = self
    while level.shares.last == .zero { level.shares.removeLast() }
    return level
  }
}
