import API
import CLI
import JSON
import POSIX
import Services
import Storage
import Transport

/// A data directory served by this process, as `berth serve` and `berth up` do.
struct Service {
  private let place: ServerLocation
  private let params: JSONObject
  private let signals: Signals

  /// `params` are those of `berth serve`.
  init(_ place: ServerLocation, _ params: JSONObject, _ signals: Signals) {
    self.place = place
    self.params = params
    self.signals = signals
  }

  /// Returns when it was told to end. `ready` is called once it takes connections, `ending` before it goes.
  func run(
    by type: any Transport.Type = TransportCatalog.standard, ready: () throws -> Void = {},
    ending: () -> Void = {}
  ) throws -> ExitCode {
    let insists = params["insist_on_network_fs"]?.bool == true
    let store = try LocalStore.open(place.dataDirectory, create: true, insistOnNetworkFS: insists) {
      options in
      if let bytes = params["snapshot_after"]?.int { options.snapshotFloorBytes = bytes }
    }
    defer { store.close() }
    var options = Server.Options()
    if let cost = params["password_cost"]?.int { options.passwordCost = cost }
    if let seconds = params["lease"]?.number?.double { options.leaseSeconds = seconds }
    if let bytes = params["log_limit"]?.int { options.logLimitBytes = bytes }
    if type.isStarters {
      options.token = try place.token()
    }
    let server = try Server(store, dataDirectory: place.dataDirectory, options: options)
    let loop = try EventLoop(handler: server, signals: signals)
    let transport = try transport(type)
    try transport.open(in: loop)
    defer { transport.close() }
    defer { ending() }
    try ready()
    return try loop.run() == .handlerFailed ? .refused : .ok
  }

  private func transport(_ type: any Transport.Type) throws -> any Transport {
    var settings = TransportSettings(usualPath: place.socket)
    for option in type.options {
      guard let text = params[option.name]?.string else { continue }
      settings.values[option.name] = option.kind == .path ? try ServerLocation.absolute(text) : text
    }
    return try type.init(settings)
  }
}
