import JSON
import TestSupport
import Testing

@Suite(.serialized)
struct KeeperTests {
  @Test(arguments: [0, 7, 125, 127, 255])
  func `a program's exit code is the attempt's`(code: Int) throws {
    try withScene { scene in
      let program = try scene.script("job", "echo out; echo err >&2; exit \(code)")
      let attempt = try scene.attempt(program)
      let end = try attempt.keep().end()
      #expect(end.at("exit_code") == .int(code))
      #expect(end.at("message") == .null)
      #expect(attempt.log == "out\nerr\n")
    }
  }
}
