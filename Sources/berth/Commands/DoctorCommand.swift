import CLI
import JSON
import Services
import Storage

extension LocalCommand {
  static let doctor = LocalCommand(
    "doctor", "Check the data directory against every rule, beside the processes that use it.",
    properties: ["repair": ["type": "boolean", "description": "Mend what can be mended by rule first"]]
  ) { call, terminal in
    let path = try ServerLocation(call.options).dataDirectory
    let directory = try DataDirectory.open(path, create: false)
    if call.params["repair"]?.bool == true {
      for sentence in try Storage.Doctor.repair(directory, PlanningState.self) {
        terminal.write("mended: \(sentence)\n")
      }
    }
    let findings = Storage.Doctor.check(directory, PlanningState.self)
    for finding in findings { terminal.write("\(finding)\n") }
    let faults = findings.filter { $0.severity == .fault }.count
    terminal.write(faults == 0 ? "\(path) is in order.\n" : "\(faults) faults in \(path).\n")
    return faults == 0 ? .ok : .refused
  }

  static let backup = LocalCommand(
    "backup",
    "Copy the data directory, consistently, beside the processes that use it; output of deployments is no part of it.",
    properties: ["directory": ["type": "string", "description": "New or empty directory to copy to"]],
    required: ["directory"]
  ) { call, terminal in
    let target = try ServerLocation.absolute(call.params["directory"]?.string ?? "")
    let directory = try DataDirectory.open(try ServerLocation(call.options).dataDirectory, create: false)
    try Backup.copy(PlanningState.self, directory, to: target)
    terminal.write("Copied to \(target), without the output of deployments (logs/).\n")
    return .ok
  }
}
