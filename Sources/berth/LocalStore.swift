import API
import POSIX
import Services
import Storage

/// The store of a data directory, opened as this process was told to.
enum LocalStore {
  /// `create`: makes the directory, and those above it, when it is not there.
  static func open(
    _ directory: String, create: Bool, insistOnNetworkFS: Bool = false,
    _ change: (inout StoreOptions) -> Void = { _ in }
  ) throws -> Store<PlanningState> {
    var options = StoreOptions()
    options.note = { StandardStreams.writeError("berth: \($0)\n") }
    change(&options)
    return try Store<PlanningState>.open(
      try DataDirectory.open(directory, create: create, insistOnNetworkFS: insistOnNetworkFS), options)
  }
}
