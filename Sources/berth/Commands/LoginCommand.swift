import CLI
import JSON
import POSIX

extension LocalCommand {
  static let login = LocalCommand(
    "login", "Log in, and keep the token for the commands that follow.",
    properties: ["username": ["type": "string", "description": "Name to log in with"]], required: ["username"]
  ) { call, terminal in
    let connector = try Connector(call.options)
    let username = call.params["username"]?.string ?? ""
    guard let password = terminal.askSecret("Password: ") else {
      terminal.writeError("berth: no password was given\n")
      return .usage
    }
    let login: JSONObject = ["username": .string(username), "password": .string(password)]
    let result = try connector.connect(for: "auth.login").call("auth.login", login)
    guard let token = result["access_token"]?.string else {
      throw CallFailure.unreachable("The server sent no token.")
    }
    try KeptTokens.update { $0.keep(token, of: username, for: connector.place.key) }
    terminal.write("Logged in as \(username).\n")
    return .ok
  }

  static let logout = LocalCommand("logout", "Forget the token of berth login, and revoke it.") {
    call, terminal in
    let connector = try Connector(call.options)
    guard try KeptTokens.token(for: connector.place.key) != nil else {
      terminal.write("Nobody is logged in.\n")
      return .ok
    }
    do throws(CallFailure) { _ = try connector.connect(for: "auth.logout").call("auth.logout", [:]) } catch {
      // A token that is over already needs no revoking.
      guard case .refused(let refusal) = error, refusal.code == CallRefusal.unauthenticatedCode else {
        throw error
      }
    }
    try KeptTokens.update { $0.forget(connector.place.key) }
    terminal.write("Logged out.\n")
    return .ok
  }
}

extension SystemTerminal {
  /// A line that is not shown while it is typed, or the next line of standard input.
  func askSecret(_ prompt: String) -> String? { inputIsTerminal ? readSecret(prompt) : readLine() }
}
