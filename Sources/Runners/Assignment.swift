import JSON

/// The task of a supervisor: an order, and how it is run on this node.
package struct Assignment: Equatable, Sendable {
  package let order: Order
  /// A name of `RunnerCatalog`.
  package let runner: String
  /// The runner's own, checked by it.
  package let options: JSONObject
  /// Where the program's output is kept.
  package let log: String
  /// How much of it is kept.
  package let logLimitBytes: Int

  package init(order: Order, runner: String, options: JSONObject, log: String, logLimitBytes: Int) {
    self.order = order
    self.runner = runner
    self.options = options
    self.log = log
    self.logLimitBytes = logLimitBytes
  }

  /// Nil when the object has not its shape.
  package init?(_ object: JSONObject) {
    guard let order = object["order"]?.object.flatMap({ Order($0) }), let runner = object["runner"]?.string,
      let log = object["log"]?.string, let limit = object["log_limit_bytes"]?.int
    else { return nil }
    self.init(
      order: order, runner: runner, options: object["options"]?.object ?? [:], log: log, logLimitBytes: limit)
  }

  package var json: JSONObject {
    [
      "order": .object(order.json),
      "runner": .string(runner),
      "options": .object(options),
      "log": .string(log),
      "log_limit_bytes": .int(logLimitBytes),
    ]
  }
}
