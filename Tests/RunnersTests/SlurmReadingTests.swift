import JSON
import Model
import TestSupport
import Testing

@testable import Runners

/// What Slurm says and is told, without a Slurm.
struct SlurmReadingTests {
  @Test func `jobs are read from version 22 and from later ones`() throws {
    let early = """
      {"errors": [], "jobs": [
        {"job_id": 7, "comment": "berth:1.1:ab", "job_state": "FAILED", "exit_code": 768, "nodes": "n1",
         "state_reason": "NonZeroExitCode"},
        {"job_id": 8, "comment": "somebody's", "job_state": "RUNNING", "exit_code": 0, "nodes": "n1"}]}
      """
    let late = """
      {"errors": [], "jobs": [
        {"job_id": 7, "comment": "berth:1.1:ab", "job_state": ["FAILED", "COMPLETING"], "nodes": "n1",
         "state_reason": "NonZeroExitCode", "exit_code": {"status": ["ERROR"],
         "return_code": {"set": true, "infinite": false, "number": 3},
         "signal": {"id": {"set": false, "infinite": false, "number": 0}, "name": ""}}}]}
      """
    for text in [early, late] {
      let jobs = try SlurmQueue.parse(text).get()
      #expect(jobs.map(\.id) == [7])
      #expect(jobs[0].phase == .over)
      #expect(jobs[0].exitCode == 3)
      #expect(SlurmJob(try #require(jobs[0].json.object)) == jobs[0])
    }
  }

  @Test func `an empty list with an error is no answer`() {
    let text = """
      {"errors": [{"description": "Failed while looking for jobs", "error": "Unspecified error"}], "jobs": []}
      """
    #expect(throws: SlurmQueue.Unreadable.self) { try SlurmQueue.parse(text).get() }
    #expect(throws: SlurmQueue.Unreadable.self) { try SlurmQueue.parse("").get() }
  }

  @Test(arguments: [(0, 0), (768, 3), (9, 137), (15, 143), (32_512, 127)])
  func `a wait status is an exit code`(status: Int, code: Int) {
    let job = SlurmJob(id: 1, comment: "", state: "FAILED", status: status, reason: "", nodes: "")
    #expect(job.exitCode == code)
  }

  @Test func `a partition's capacity is that of its nodes that are up, each once`() throws {
    let text = """
      n1|low*|8|16000|gpu:4,gpumilli:4000|idle
      n1|high|8|16000|gpu:4,gpumilli:4000|idle
      n2|low*|8|16384|gpu:a100:2(S:0-1),gpu:h100:1(S:0,1)|mixed
      n3|low*|64|500000|gpu:8|drained*
      n4|high|16|2048|(null)|allocated
      """
    let standard = try SlurmCapacity.read(text, partition: nil)
    #expect(standard.cpu == 16)
    #expect(standard.ram == Thousandths(31625))
    #expect(standard.gpus == 7)
    let high = try SlurmCapacity.read(text, partition: "high")
    #expect(high.cpu == 24)
    #expect(high.gpus == 4)
    #expect(throws: RunFailure.self) { try SlurmCapacity.read(text, partition: "none") }
  }

  @Test func `an order becomes sbatch's arguments`() throws {
    let order = Order(
      name: AttemptName(deployment: DeploymentID(12), number: 3), deploymentName: "train it", imagePath: "/p",
      gpus: [
        GPUShare(index: 0, share: .one), GPUShare(index: 1, share: .one),
        GPUShare(index: 2, share: Thousandths(300)),
      ], cpu: Thousandths(2500), ram: Thousandths(1500))
    let options = try Self.options([
      "partition": "long", "share_gres": "shard:4", "run_options": ["--constraint=a100", "--nice"],
    ])
    let arguments = try options.submission(of: order, comment: "berth:me:12.3:ab", script: "/s")
    for expected in [
      "--job-name=berth-12.3-ab", "--comment=berth:me:12.3:ab", "--cpus-per-task=3", "--mem=1536M",
      "--gres=gpu:2,shard:2", "--partition=long", "--no-requeue",
    ] {
      #expect(arguments.contains(expected), "\(expected)")
    }
    #expect(arguments.suffix(3) == ["--constraint=a100", "--nice", "/s"])
    #expect(throws: RunFailure.self) {
      try Self.options(["partition": "long"]).submission(of: order, comment: "", script: "")
    }
  }

  @Test(
    arguments: [
      ["partitions": "x"], ["partition": "a b"], ["share_gres": "shard"], ["share_gres": "shard:0"],
      ["run_options": "--export=ALL"], ["run_options": "--wrap=x"], ["run_options": "--constraint"],
    ] as [JSONObject])
  func `options that are not allowed are refused`(options: JSONObject) {
    #expect(throws: RunFailure.self) { try Self.options(options) }
  }

  private static func options(_ object: JSONObject) throws -> SlurmOptions {
    try SlurmOptions(try RunnerOptions(object, of: SlurmRunner.self))
  }

  @Test func `a shell takes quoted text as one word`() {
    #expect("it's".shellQuoted == #"'it'\''s'"#)
    #expect("".shellQuoted == "''")
    #expect("$(x) `y` \\ \"\n".shellQuoted == "'$(x) `y` \\ \"\n'")
  }

  @Test func `an outage is told from a refusal`() {
    #expect(
      SlurmCommands.isOutage(
        "Batch job submission failed: Unable to contact slurm controller (connect failure)"))
    #expect(
      !SlurmCommands.isOutage("Batch job submission failed: Requested node configuration is not available"))
    #expect(
      SlurmCommands.words("sbatch: error: Batch job submission failed: Invalid partition name specified\n")
        == "Batch job submission failed: Invalid partition name specified")
  }
}
