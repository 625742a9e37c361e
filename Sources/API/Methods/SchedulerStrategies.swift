import Scheduling

extension Method {
  static let schedulerStrategies = reading("scheduler.strategies") { _, _ in
    [
      "strategies": .array(
        StrategyCatalog.all.map {
          ["name": .string($0.name), "description": .string($0.description), "options": []]
        })
    ]
  }
}
