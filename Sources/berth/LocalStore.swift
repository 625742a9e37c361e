import API
import POSIX
import Services
import Storage

/// The store of a data directory, opened as this process was told to.
enum LocalStore {
  static func open(
    _ directory: String, insistOnNetworkFS: Bool = false, _ change: (inout StoreOptions) -> Void = { _ in }
  ) throws -> Store<PlanningState> {
    var options = StoreOptions()
    options.note = { StandardStreams.writeError("berth: \($0)\n") }
    change(&options)
    return try Store<PlanningState>.open(
      try dataDirectory(directory, insistOnNetworkFS: insistOnNetworkFS), options)
  }

  /// The directory, made with those above it when it is not there.
  static func dataDirectory(_ path: String, insistOnNetworkFS: Bool = false) throws -> DataDirectory {
    try DataDirectory.open(path, create: true, insistOnNetworkFS: insistOnNetworkFS)
  }
}
