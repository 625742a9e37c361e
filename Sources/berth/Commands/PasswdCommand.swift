import CLI
import JSON
import Model
import POSIX
import Services

extension LocalCommand {
  static let passwd = LocalCommand(
    "passwd", "Set a user's password in the data directory; whoever may write the files may do so.",
    properties: ["username": ["type": "string", "description": "Whose password"]], required: ["username"]
  ) { call, terminal in
    let username = call.params["username"]?.string ?? ""
    let store = try LocalStore.open(try ServerLocation(call.options).dataDirectory, create: false)
    defer { store.close() }
    guard let password = terminal.askSecret("New password for \(username): "),
      Accounts.passwordLength.contains(password.utf8.count)
    else {
      terminal.writeError("berth: a password has 8 to 1,024 bytes\n")
      return .usage
    }
    let hash = try PasswordHasher().hash(password)
    try store.transaction(at: Timestamp(milliseconds: SystemClock.wallMilliseconds())) { work in
      guard let user = Accounts.user(named: username, work) else {
        throw CallFailure.refused(CallRefusal(code: 1004, message: "There is no user named \(username)."))
      }
      try Accounts.changePassword(of: user.id, to: hash, &work)
    }
    terminal.write("The password of \(username) is changed, and its tokens are revoked.\n")
    return .ok
  }
}
