import API
import Agent
import CLI
import JSON
import POSIX
import Runners
import Services

/// The making of what a data directory lacks so that this machine can be served: a user, an organization, a cluster with the
/// node, and a token for the agent. What is there is taken as it is.
struct FirstSteps {
  /// Of the organization and the cluster.
  static let name = "local"

  private let place: ServerLocation
  private let settings: AgentSettings
  private let user: String?
  private let terminal: SystemTerminal

  init(_ place: ServerLocation, _ settings: AgentSettings, user: String?, _ terminal: SystemTerminal) {
    self.place = place
    self.settings = settings
    self.user = user
    self.terminal = terminal
  }

  private var tokenFile: String { settings.stateDirectory + "/\(settings.node).token" }

  /// The agent's token, made now or at an earlier start.
  func agentToken() throws -> String {
    let kept = try keptAgentToken()
    if let kept, try hasNode(client(kept)) { return kept }
    let token = try isNew() ? makeUser() : userToken()
    let caller = try client(token)
    let user = try caller.call("auth.whoami", [:])["user"] ?? .null
    if user["organization_id"]?.isNull ?? true {
      _ = try caller.call("organizations.create", ["name": .string(Self.name)])
    }
    try makeCluster(caller)
    if let kept { return kept }
    let made = try caller.call(
      "tokens.create", ["name": .string("agent-\(settings.node)".prefix64), "scope": "agent"])
    guard let text = made["token"]?["text"]?.string else {
      throw CallFailure.unreachable("The server made no token.")
    }
    try Directory.makePath(settings.stateDirectory)
    try Directory.replace(tokenFile, with: Array(text.utf8))
    return text
  }

  private func client(_ token: String?) throws(CallFailure) -> LocalClient {
    try LocalClient(place.dataDirectory, token: token, create: true)
  }

  /// Nil when there is none, or it is revoked.
  private func keptAgentToken() throws -> String? {
    guard let bytes = try FileDescriptor.contents(of: tokenFile) else { return nil }
    let token = String(decoding: bytes, as: UTF8.self)
    do throws(CallFailure) {
      _ = try client(token).call("auth.whoami", [:])
      return token
    } catch {
      guard case .refused(let refusal) = error, refusal.code == CallRefusal.unauthenticatedCode else {
        throw error
      }
      return nil
    }
  }

  /// Makes nothing: whoever is not named yet must not leave half a directory behind.
  private func isNew() throws -> Bool {
    guard FileKind(of: place.dataDirectory + "/journal.jsonl") == .file else { return true }
    let store = try LocalStore.open(place.dataDirectory, create: false)
    defer { store.close() }
    return store.fold.state.users.nextID == 1
  }

  private func userToken() throws -> String {
    guard let token = try place.token() else {
      throw CallFailure.refused(
        CallRefusal(
          code: CallRefusal.unauthenticatedCode,
          message: "\(place.dataDirectory) has users already: log in as one of them with `berth login` first."
        ))
    }
    return token
  }

  // MARK: - What is made

  /// The first user, whose token is kept for the commands that follow.
  private func makeUser() throws -> String {
    let (name, password) = try credentials()
    let caller = try client(nil)
    let account: JSONObject = ["username": .string(name), "password": .string(password)]
    _ = try caller.call("auth.register", account)
    let login = try caller.call("auth.login", account)
    let made = try client(login["access_token"]?.string).call(
      "tokens.create", ["name": "up", "scope": "full"])
    guard let token = made["token"]?["text"]?.string else {
      throw CallFailure.unreachable("The server made no token.")
    }
    try KeptTokens.update { $0.keep(token, of: name, for: place.key) }
    terminal.write("Made user \(name); the commands on this machine are \(name)'s from now on.\n")
    if user != nil { terminal.write("Set a password with `berth passwd \(name)`.\n") }
    return token
  }

  /// Asked for at a terminal. Else the name is what `--user` says, and the password nobody's.
  private func credentials() throws -> (name: String, password: String) {
    if let user {
      let password = try RandomBytes.make(24).map { String($0, radix: 36) }.joined()
      return (user, password)
    }
    guard terminal.inputIsTerminal else {
      throw CallFailure.refused(
        CallRefusal(
          code: 1004, message: "\(place.dataDirectory) is new: name its first user with --user NAME."))
    }
    terminal.write("\(place.dataDirectory) is new. Its first user's name: ")
    let name = terminal.readLine() ?? ""
    guard let password = terminal.askSecret("Password: ") else {
      throw CallFailure.refused(CallRefusal(code: 1004, message: "No password was given."))
    }
    return (name, password)
  }

  private var clusterName: String { settings.cluster ?? Self.name }

  private func hasNode(_ caller: LocalClient) throws -> Bool {
    let clusters = try caller.call("clusters.list_all", [:])["clusters"]?.array ?? []
    return clusters.contains { cluster in
      cluster["name"]?.string == clusterName
        && (cluster["nodes"]?.array ?? []).contains { $0["name"]?.string == settings.node }
    }
  }

  private func makeCluster(_ caller: LocalClient) throws {
    let name = clusterName
    let clusters = try caller.call("clusters.list_all", [:])["clusters"]?.array ?? []
    if let cluster = clusters.first(where: { $0["name"]?.string == name }) {
      let nodes = cluster["nodes"]?.array ?? []
      guard !nodes.contains(where: { $0["name"]?.string == settings.node }) else { return }
      let capacity = try settings.capacity()
      var node = capacity.node(named: settings.node)
      node.append("cluster_id", cluster["id"] ?? .null)
      _ = try caller.call("nodes.add", node)
      say(capacity, cluster: name)
    } else {
      let capacity = try settings.capacity()
      let node = JSONValue.object(capacity.node(named: settings.node))
      _ = try caller.call("clusters.create", ["name": .string(name), "nodes": [node]])
      say(capacity, cluster: name)
    }
  }

  private func say(_ capacity: MachineCapacity, cluster name: String) {
    terminal.write(
      "Node \(settings.node) of cluster \(name) has \(capacity.cpu) cpu, \(capacity.ram.json.text) ram,"
        + " \(capacity.gpus) gpu.\n")
  }
}

extension String {
  /// As much of it as a name holds.
  fileprivate var prefix64: String { String(prefix(64)) }
}
