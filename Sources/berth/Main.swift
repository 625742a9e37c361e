import API
import CLI
import JSON
import POSIX
import Schemas

/// `berth`: a server, and the commands that ask it.
@main
enum Main {
  static func main() {
    if let code = KeepCommand.run(CommandLine.arguments) { ThisProcess.exit(code) }
    Signals.ignoreFailedWrites()
    let terminal = SystemTerminal()
    let interface = CommandInterface(
      catalog,
      connect: { options, method throws(CallFailure) in try Connector(options).connect(for: method) },
      runLocal: { LocalCommands.run($0, terminal) })
    var code = interface.run(Array(CommandLine.arguments.dropFirst()), terminal)
    if let failure = StandardStreams.outputFailure {
      terminal.writeError("berth: what was to be said could not be written: \(failure)\n")
      if code == .ok { code = .refused }
    }
    ThisProcess.exit(code.rawValue)
  }

  /// The commands of the program itself, then one for each method of the server's catalog.
  static var catalog: CommandCatalog {
    let methods = MethodCatalog.all.map { method in
      CommandMethod(name: method.name, needsLogin: method.scope != nil) {
        (try? Contract.document(of: method)) ?? [:]
      }
    }
    let definitions = Definitions { try? SchemaCatalog.served.document($0) }
    return CommandCatalog(methods: methods, definitions: definitions, local: LocalCommands.all.map(\.command))
  }
}
