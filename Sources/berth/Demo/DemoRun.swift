import API
import CLI
import JSON
import POSIX
import RPC

/// A run of calls in somebody's name, each printed as it goes over the socket.
struct DemoRun {
  let server: DemoServer
  let terminal: SystemTerminal
  let options: GlobalOptions
  /// Print whole lines of the wire instead of what matters in them.
  let wire: Bool

  func person(_ name: String) throws -> DemoPerson {
    DemoPerson(name: name, caller: SocketClient(try server.connect(), token: nil), run: self)
  }

  func title(_ text: String) { terminal.write("\n\(text)\n") }

  func exchange(_ name: String, _ method: String, _ params: JSONObject, _ answer: JSONValue, _ gist: String) {
    let shown = params.members.map { member in
      let isSecret = ["password", "code", "invite_code"].contains(member.key)
      return "\(member.key)=\(isSecret ? "…" : plain(member.value))"
    }
    if wire {
      terminal.write(
        "→ " + String(decoding: Reply.request(method, params: params, id: 1), as: UTF8.self) + "\n")
      terminal.write("← " + answer.text + "\n")
    } else {
      terminal.write("  \(name) → \(method) \(shown.joined(separator: " "))\n    ← \(gist)\n")
    }
  }

  /// The demo's directory has another name each time.
  private func plain(_ value: JSONValue) -> String {
    (value.string ?? value.text).replacing(server.directory, with: "/srv")
  }

  /// Between two looks at what is not there yet.
  func pause() { SystemClock.sleep(nanoseconds: 5_000_000) }

  /// The same, once there is some.
  func awaitOutput(of id: JSONValue, attempt: Int, as person: DemoPerson) throws {
    let params: JSONObject = ["deployment_id": id, "attempt": .int(attempt)]
    while try person.caller.call("deployments.logs", params)["text"] == "" { pause() }
    try output(of: id, attempt: attempt, as: person)
  }

  /// What a deployment has written, as `deployments.logs` has it.
  func output(of id: JSONValue, attempt: Int, as person: DemoPerson) throws {
    let params: JSONObject = ["deployment_id": id, "attempt": .int(attempt)]
    let result = try person.caller.call("deployments.logs", params)
    let lines = (result["text"]?.string ?? "").split(separator: "\n")
    exchange(person.name, "deployments.logs", params, result, lines.joined(separator: "\n    ← "))
  }

  /// A result as the command line shows it.
  func table(_ method: String, _ result: JSONValue) throws {
    let command = try Main.catalog.method(named: method)
    ResultOutput(command: command, params: [:], options: options, terminal: terminal).show(result)
  }
}

/// Somebody with a connection.
struct DemoPerson {
  let name: String
  let caller: SocketClient
  let run: DemoRun

  /// Calls, prints the exchange, and returns the result's one object.
  @discardableResult
  func call(_ method: String, _ params: JSONObject = [:]) throws -> JSONValue {
    let result = try caller.call(method, params)
    run.exchange(name, method, params, result, DemoGist.text(of: result))
    return result
  }

  /// Waits until the deployment stands so, and calls for it.
  func show(_ id: JSONValue, once status: String) throws {
    let deadline = SystemClock.monotonicNanoseconds() + 30_000_000_000
    while try caller.call("deployments.get", ["deployment_id": id])["deployment"]?["status"]?.string != status
    {
      guard SystemClock.monotonicNanoseconds() < deadline else {
        throw CallFailure.unreachable("deployment \(id.text) is not \(status) after 30 seconds.")
      }
      run.pause()
    }
    try call("deployments.get", ["deployment_id": id])
  }
}

/// The gist of a result, in a line.
enum DemoGist {
  static func text(of result: JSONValue) -> String {
    if let deployment = result["deployment"] { return text(ofDeployment: deployment) }
    if let cluster = result["cluster"] {
      return
        "cluster \(id(cluster)) has \(number(cluster, "total_cpu")) cpu, \(number(cluster, "total_ram")) ram, "
        + "\(number(cluster, "total_gpu")) gpu"
    }
    if let organization = result["organization"] {
      return "organization \(id(organization)), \(organization["name"]?.string ?? "")"
    }
    if let user = result["user"] { return "user \(id(user)), \(user["username"]?.string ?? "")" }
    return result.text
  }

  private static func text(ofDeployment deployment: JSONValue) -> String {
    let status = deployment["status"]?.string ?? ""
    var text = "deployment \(id(deployment)) is \(status)"
    if let node = deployment["node"]?["name"]?.string, ["starting", "running", "stopping"].contains(status) {
      text += " on \(node)"
    }
    for gpu in deployment["gpus"]?.array ?? [] {
      text += ", \(number(gpu, "share")) of GPU \(number(gpu, "index"))"
    }
    if let count = deployment["preemptions"]?.int, count > 0 { text += ", preempted \(count) time" }
    if let reason = deployment["reason"]?["message"]?.string { text += ": \(reason)" }
    return text
  }

  private static func id(_ object: JSONValue) -> String { number(object, "id") }
  private static func number(_ object: JSONValue, _ key: String) -> String { object[key]?.text ?? "" }
}
