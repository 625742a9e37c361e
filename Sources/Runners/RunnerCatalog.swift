/// The runners, a line each, in the order in which the help names them.
package enum RunnerCatalog {
  package static let all: [any Runner.Type] = [
    ProcessRunner.self,
    PodmanRunner.self,
    SlurmRunner.self,
  ]

  /// The one of an agent that is told nothing else.
  package static var standard: any Runner.Type { all[0] }

  /// Nil when there is none of that name.
  package static func runner(named name: String) -> (any Runner.Type)? { all.first { $0.name == name } }
}

/// The words of `--runner` and `--runner-options`, each with its meaning.
extension RunnerCatalog {
  package static var products: [(String, String)] { all.map { ($0.name, $0.product) } }

  package static var options: [(String, String)] {
    all.flatMap { runner in runner.options.map { ("\(runner.name): \($0.usage)", $0.summary) } }
  }
}
