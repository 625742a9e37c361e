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
      catalog, connect: { options throws(CallFailure) in try Connector(options).connect() },
      runLocal: { LocalCommands.run($0, terminal) })
    let code = interface.run(Array(CommandLine.arguments.dropFirst()), terminal)
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
