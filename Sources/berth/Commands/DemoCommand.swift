import CLI
import POSIX

extension LocalCommand {
  static let demo = LocalCommand(
    "demo",
    "Show Berth at work: a real server on a temporary directory, two users, a preemption, the final tables.",
    properties: ["wire": ["type": "boolean", "description": "Print each exchange as it stands on the wire"]]
  ) { call, terminal in
    let server = try DemoServer()
    defer { server.end() }
    let run = DemoRun(
      server: server, terminal: terminal, options: call.options, wire: call.params["wire"]?.bool == true)
    try DemoStory(run).tell()
    return .ok
  }
}
