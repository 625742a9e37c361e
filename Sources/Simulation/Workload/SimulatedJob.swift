import Model

/// A job of a workload: what it asks for, when it comes, and how long it really runs.
package struct SimulatedJob: Sendable, Equatable {
  /// As the file calls it.
  package let name: String
  /// Milliseconds from the workload's zero.
  package let submit: Int
  /// Milliseconds; nil: it never ends.
  package let duration: Int?
  /// What its user said, in milliseconds: all that scheduling may know of the duration.
  package let estimate: Int?
  package let required: Resources
  /// 0–100, higher first.
  package let priority: Int
  package let user: String
  /// What the labels of its node have to be.
  package let conditions: [LabelCondition]
  /// False when it never makes room for others.
  package let isPreemptible: Bool
  /// Seconds from a start before which it is not preempted.
  package let minRuntime: Double

  package init(
    name: String, submit: Int, duration: Int?, estimate: Int? = nil, required: Resources, priority: Int = 50,
    user: String = "", conditions: [LabelCondition] = [], isPreemptible: Bool = true, minRuntime: Double = 0
  ) {
    self.name = name
    self.submit = submit
    self.duration = duration
    self.estimate = estimate
    self.required = required
    self.priority = priority
    self.user = user
    self.conditions = conditions
    self.isPreemptible = isPreemptible
    self.minRuntime = minRuntime
  }
}

/// A node of a simulated cluster.
package struct SimulatedNode: Sendable, Equatable {
  package let name: String
  package let capacity: Resources
  package let labels: [StringPair]

  package init(name: String, capacity: Resources, labels: [StringPair] = []) {
    self.name = name
    self.capacity = capacity
    self.labels = labels
  }
}
