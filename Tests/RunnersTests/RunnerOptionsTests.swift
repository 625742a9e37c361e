import JSON
import Testing

@testable import Runners

struct RunnerOptionsTests {
  @Test func `what a runner says of its options is what is taken`() throws {
    let options = try RunnerOptions(
      ["command": "/usr/bin/podman", "network": "host", "run_options": "--shm-size=1g --privileged"],
      of: PodmanRunner.self)
    #expect(options["command"] == "/usr/bin/podman" && options["network"] == "host")
    #expect(options["runtime"] == nil)
    #expect(options.arguments("run_options") == ["--shm-size=1g", "--privileged"])
    let list = try RunnerOptions(["run_options": ["--user=a b"]], of: PodmanRunner.self)
    #expect(list.arguments("run_options") == ["--user=a b"])
  }

  @Test(
    arguments: [
      (PodmanRunner.self, ["command": "podman"], "absolute path"),
      (PodmanRunner.self, ["runtime": "-x"], "one word"),
      (PodmanRunner.self, ["runtime": "a b"], "one word"),
      (PodmanRunner.self, ["run_options": ["--volume=/:/x", "--name=y"]], "takes no \"--name=y\""),
      (PodmanRunner.self, ["run_options": [1]], "takes no \"1\""),
      (ProcessRunner.self, ["cgroups": "on"], "\"auto\" or \"off\""),
      (ProcessRunner.self, ["cgroups": true], "\"auto\" or \"off\""),
      (ProcessRunner.self, ["colour": "red"], "has no option `colour`: it takes `cgroups`"),
    ] as [(any Runner.Type, JSONObject, String)])
  func `any other is refused, with what is taken`(runner: any Runner.Type, object: JSONObject, part: String)
    throws
  {
    let failure = #expect(throws: RunFailure.self) { try RunnerOptions(object, of: runner) }
    #expect(failure?.exitCode == 125 && failure?.message.contains(part) == true, "\(failure as Any)")
  }

  @Test func `no name stands twice in the catalog`() {
    #expect(Set(RunnerCatalog.all.map { $0.name }).count == RunnerCatalog.all.count)
    #expect(RunnerCatalog.options.count == Set(RunnerCatalog.options.map(\.0)).count)
  }
}
