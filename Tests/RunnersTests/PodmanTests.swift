import JSON
import Model
import POSIX
import Runners
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: TinyImage.isPossible, "skipped: podman, runc, busybox and root are needed"))
struct PodmanTests {
  private static func attempt(
    _ scene: AttemptScene, _ command: [String], image: String = TinyImage.reference,
    options: JSONObject = [:],
    env: [StringPair] = [], cpu: Thousandths = .zero, ram: Thousandths = .zero, logLimit: Int = 1 << 20
  ) throws -> SceneAttempt {
    try scene.attempt(
      image, command, runner: "podman", options: options, env: env, cpu: cpu, ram: ram, logLimit: logLimit)
  }

  @Test func `an image runs in each of its four forms, told by its content`() throws {
    try withTinyImage { scene, tiny in
      let images = try TinyImage.Form.allCases.map { ($0, try tiny.image(as: $0)) }
      for (form, image) in images {
        if form != .reference { try tiny.shell("podman rmi -a -f") }
        if form == .reference {
          let docker = images.first { $0.0 == .dockerArchive }?.1 ?? ""
          try tiny.shell("podman load -q -i '\(docker)' || { cp '\(docker)' x; podman load -q -i x; rm x; }")
        }
        // The second finds it in the store; the third is to find out that it is not there any more.
        for round in 1...3 {
          if round == 3, form != .reference { try tiny.shell("podman rmi -a -f") }
          let attempt = try Self.attempt(scene, [], image: image)
          let end = try attempt.keep().end()
          #expect(end.at("exit_code") == 0, "\(form) \(end.text)")
          #expect(attempt.log == "hello\n")
          try eventually("the keeper's end") { try attempt.keeper?.poll() != nil }
        }
      }
    }
  }

  @Test func `exit codes are the program's own`() throws {
    try withTinyImage { scene, _ in
      for code in [0, 7, 125, 126, 127, 137] {
        let end = try Self.attempt(scene, ["sh", "-c", "sleep 0.1; exit \(code)"]).keep().end()
        #expect(end.at("exit_code") == .int(code))
        #expect(end.at("message") == .null)
      }
      // Over before podman has returned.
      let quick = try Self.attempt(scene, ["sh", "-c", "echo quick; exit 9"])
      #expect(try quick.keep().end().at("exit_code") == 9)
      #expect(quick.log == "quick\n")
    }
  }
}
