import JSON
import Runners

/// The settings of one agent: what it is for, and how it runs what it is given.
package struct AgentSettings: Sendable {
  /// Name of the node that it serves.
  package var node: String
  /// Name of the node's cluster; nil: the one cluster that has such a node.
  package var cluster: String?
  /// A name of `RunnerCatalog`.
  package var runner = RunnerCatalog.standard.name
  /// The runner's own, checked by it.
  package var runnerOptions: JSONObject = [:]
  /// Under it each node has a directory of its own.
  package var stateDirectory: String
  /// How much of an attempt's output is kept.
  package var logLimitBytes = 64 << 20
  /// The program whose `keep` command keeps attempts.
  package var program: String
  /// Who it speaks as; nil: whoever the server takes it for.
  package var token: String?
  /// What the node is made with when the cluster has none of its name.
  package var capacity: @Sendable () throws -> MachineCapacity = MachineCapacity.detected

  package init(node: String, stateDirectory: String, program: String) {
    self.node = node
    self.stateDirectory = stateDirectory
    self.program = program
  }
}

/// The reason why an agent cannot go on. Programs that it started do, until their lease passes.
package enum AgentFailure: Error, Sendable {
  /// The server knows nobody by its token.
  case unauthenticated(String)
  /// The server will not have it, and trying again would not help.
  case refused(String)
  /// It cannot work on this machine.
  case here(String)

  package var sentence: String {
    switch self {
    case .unauthenticated(let sentence), .refused(let sentence), .here(let sentence): sentence
    }
  }
}
