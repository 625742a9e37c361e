import CLI
import JSON
import Model
import POSIX

extension LocalCommand {
  static let prune = LocalCommand(
    "prune", "Drop finished deployments and old journals that are older than so many days.",
    properties: [
      "older_than": [
        "type": "number", "minimum": 0, "description": "Age from which they are dropped", "x-unit": "days",
      ]
    ], required: ["older_than"]
  ) { call, terminal in
    let days = call.params["older_than"]?.number?.double ?? .infinity
    guard days >= 0, days < 1_000_000 else {
      terminal.writeError("berth: --older-than takes a number of days, 0 or more\n")
      return .usage
    }
    let now = Timestamp(milliseconds: SystemClock.wallMilliseconds())
    let limit = now + -days * 86_400
    let store = try LocalStore.open(try Place(call.options).dataDirectory)
    defer { store.close() }
    let pruned = try store.prune(before: limit) { row in
      guard let ended = row["outcome"]?["at"]?.string.flatMap({ Timestamp($0) }) else { return false }
      return ended < limit
    }
    terminal.write("Dropped \(pruned.rows) deployments and \(pruned.archives) old journals.\n")
    return .ok
  }
}
