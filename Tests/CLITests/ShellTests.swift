import Foundation
import TestSupport
import Testing

@testable import CLI

/// What bash offers for the last of the words.
private func completed(_ words: String...) throws -> [String] {
  let quoted = words.map(CommandText.quoted).joined(separator: " ")
  let script = """
    \(Run("completions", "bash").output)
    COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1); _berth; echo "${COMPREPLY[*]}"
    """
  let output = Pipe()
  let bash = Process()
  bash.executableURL = URL(filePath: "/bin/bash")
  bash.arguments = ["-c", script]
  bash.standardOutput = output
  try bash.run()
  let text = try output.fileHandleForReading.readToEnd() ?? Data()
  bash.waitUntilExit()
  #expect(bash.terminationStatus == 0)
  return String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
}

@Test(.needs(.bash))
func `bash completes nouns, verbs, flags and their values`() throws {
  #expect(try completed("berth", "depl") == ["deployments"])
  #expect(try completed("berth", "nodes", "") == ["add", "append-log", "remove", "sync", "update"])
  #expect(
    try completed("berth", "deployments", "create", "--required-") == [
      "--required-cpu", "--required-ram", "--required-gpu",
    ])
  #expect(try completed("berth", "deployments", "list_all", "--stat") == ["--status"])
  #expect(try completed("berth", "deployments", "list", "--status", "run") == ["running"])
  #expect(try completed("berth", "organizations", "set_role", "--role", "o") == ["owner", "operator"])
  #expect(try completed("berth", "call", "server.p") == ["server.ping"])
  #expect(try completed("berth", "serve", "--st") == ["--stdio"])
}
