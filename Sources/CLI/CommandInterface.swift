import JSON

/// The command line: words in, a request to a server, a page or one line of JSON out.
///
/// It knows no method: commands, help, completions and tables come out of the catalog's schemas.
package struct CommandInterface {
  package let catalog: CommandCatalog
  /// Reaches a server for a method; asked only once there is something to call.
  private let connect: Connect
  /// Runs a command of the program itself.
  private let runLocal: (LocalCall) -> ExitCode

  package typealias Connect = (GlobalOptions, _ method: String) throws(CallFailure) -> any Client

  /// A command of the program itself, its words read.
  package struct LocalCall: Sendable {
    package let name: String
    package let params: JSONObject
    package let options: GlobalOptions
  }

  package init(
    _ catalog: CommandCatalog, connect: @escaping Connect,
    runLocal: @escaping (LocalCall) -> ExitCode = { _ in .usage }
  ) {
    self.catalog = catalog
    self.connect = connect
    self.runLocal = runLocal
  }

  /// The request that the words make.
  private enum Request {
    case page(String)
    case call(Command, JSONObject)
    case local(Command, JSONObject)
  }

  /// Runs the words behind the program's name.
  package func run(_ arguments: [String], _ terminal: any Terminal) -> ExitCode {
    guard !arguments.isEmpty else {
      terminal.writeError(
        Overview(catalog: catalog, layout: HelpLayout(style: TerminalStyle(isColored: false))).text)
      return .usage
    }
    do throws(UsageError) {
      let (options, words) = try GlobalOptions.split(arguments)
      switch try request(words, options, terminal) {
      case .page(let text):
        terminal.write(text)
        return .ok
      case .local(let command, let params):
        return runLocal(LocalCall(name: command.name, params: params, options: options))
      case .call(let command, let params):
        return perform(command, params, options, terminal)
      }
    } catch {
      let report = FailureReport(terminal: terminal, json: arguments.prefix { $0 != "--" }.contains("--json"))
      return report.usage(error)
    }
  }

  private func request(_ words: [String], _ options: GlobalOptions, _ terminal: any Terminal)
    throws(UsageError) -> Request
  {
    let first = words.first.map(Spelling.key)
    if options.help || first == "help" {
      let limit = terminal.outputIsTerminal ? terminal.columns : nil
      let layout = HelpLayout(style: TerminalStyle(terminal, options), limit: limit)
      return .page(try help(first == "help" ? Array(words.dropFirst()) : words, layout))
    }
    if first == "completions" { return .page(try completions(words.dropFirst())) }
    if first == "call" {
      guard words.count > 1 else { throw UsageError("call needs a method behind it", topic: "call") }
      let command = try catalog.method(named: words[1])
      return .call(command, try CallReader.params(of: command, from: Array(words.dropFirst(2)), terminal))
    }
    switch try catalog.match(words) {
    case .noun(let noun):
      throw UsageError("'\(noun)' needs a verb behind it", topic: Spelling.typed(noun))
    case .command(let command, let count):
      let params = try FlagReader.params(of: command, from: Array(words.dropFirst(count)), terminal)
      return command.kind == .local ? .local(command, params) : .call(command, params)
    }
  }

  private func help(_ words: [String], _ layout: HelpLayout) throws(UsageError) -> String {
    let overview = Overview(catalog: catalog, layout: layout)
    guard let first = words.first else { return overview.text }
    if words == ["markdown"] { return MethodTable(catalog: catalog).text }
    if let own = OwnCommand.named(first) {
      // `call METHOD --help` is about the method.
      guard own.name == "call", words.count > 1 else { return own.help }
      return CommandHelp(command: try catalog.method(named: words[1]), layout: layout).text
    }
    switch try catalog.match(words) {
    case .noun(let noun): return overview.text(of: noun)
    case .command(let command, _): return CommandHelp(command: command, layout: layout).text
    }
  }

  private func completions(_ words: ArraySlice<String>) throws(UsageError) -> String {
    guard let shell = words.first, let script = CompletionWords(catalog: catalog).script(for: shell) else {
      throw UsageError("completions are for \(Spelling.alternatives(CompletionWords.shells))")
    }
    return script
  }

  private func perform(
    _ command: Command, _ params: JSONObject, _ options: GlobalOptions, _ terminal: any Terminal
  ) -> ExitCode {
    let output = ResultOutput(command: command, params: params, options: options, terminal: terminal)
    do throws(CallFailure) {
      let caller = try connect(options, command.name)
      let notification = command.result.notification
      guard let notification, notification.precedesResult else {
        output.show(try caller.call(command.name, params))
        guard let notification else { return .ok }
        while terminal.outputIsRead, let params = try caller.nextNotification(notification.name) {
          output.show(params, of: notification)
        }
        return .ok
      }
      let first = try caller.call(command.name, params, hearing: notification.name) {
        output.show($0, of: notification)
        return terminal.outputIsRead
      }
      guard let first else { return .ok }
      output.show(first)
      var result = first
      while terminal.outputIsRead, let params = output.paramsOfMore(result, after: first) {
        result = try caller.call(command.name, params)
        output.show(result)
      }
      return .ok
    } catch {
      return FailureReport(terminal: terminal, json: options.json).failure(error, command)
    }
  }
}
