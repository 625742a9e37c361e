import Model
import Simulation
import Testing

@Suite struct WorkloadFileTests {
  @Test func `a job file is read by its columns' names, in any order, and others are ignored`() throws {
    let jobs = try Workloads.jobs(
      "colour,submit,id,duration,cpu,ram,gpu_count,gpu_share,priority,user,estimate\r\n"
        + "red,1.5,a,10,2.25,3,1,0.47,80,\"Ann, B.\",20\r\n")
    #expect(
      jobs == [
        SimulatedJob(
          name: "a", submit: 1500, duration: 10_000, estimate: 20_000,
          required: Resources(cpu: Thousandths(2250), ram: Thousandths(3000), gpu: Thousandths(470)),
          priority: 80, user: "Ann, B.")
      ])
  }

  @Test func `what a job leaves out has its default`() throws {
    let jobs = try Workloads.jobs("submit,cpu,duration,gpu_count\n0,1,,2")
    #expect(jobs[0].duration == nil && jobs[0].estimate == nil && jobs[0].priority == 50)
    #expect(jobs[0].name == "1" && jobs[0].user.isEmpty)
    #expect(jobs[0].required == Resources(cpu: .one, ram: .zero, gpu: .whole(2)))
  }

  @Test func `jobs are served by submission, and by the file where that is equal`() throws {
    let jobs = try Workloads.jobs("id,submit,cpu\nc,5,1\na,2,1\nb,2,1\n")
    #expect(jobs.map(\.name) == ["a", "b", "c"])
  }

  @Test(arguments: [
    ("submit,cpu\n1,2\n3\n", "jobs.csv, line 3: 1 fields where the first line names 2"),
    ("submit\n1\n", "jobs.csv, line 1: there is no column cpu"),
    ("submit,cpu,cpu\n", "jobs.csv, line 1: the column cpu is there twice"),
    ("", "jobs.csv: is empty; the first line names the columns: submit,cpu…"),
    ("submit,cpu\n", "jobs.csv: there is no job in it"),
    (
      "submit,cpu\n\n\n1,-2\n",
      "jobs.csv, line 4: cpu takes a number such as 0.5, three decimals at most, not '-2'"
    ),
    (
      "submit,cpu\n1,0.0001\n",
      "jobs.csv, line 2: cpu takes a number such as 0.5, three decimals at most, not '0.0001'"
    ),
    ("submit,cpu\nsoon,1\n", "jobs.csv, line 2: submit takes seconds such as 90 or 0.5, not 'soon'"),
    ("submit,cpu\n,1\n", "jobs.csv, line 2: submit is empty"),
    ("submit,cpu\n1,0\n", "jobs.csv, line 2: the job asks for no cpu, no ram and no gpu"),
    (
      "submit,cpu,priority\n1,1,101\n",
      "jobs.csv, line 2: priority takes a whole number from 0 to 100, not '101'"
    ),
    ("submit,cpu,user\n1,1,\"a\nb\n", "jobs.csv, line 2: a quote is opened here and never closed"),
    (
      "submit,cpu,user\n1,1,\"a\nb\"\n1,1,\"a\"b\n",
      "jobs.csv, line 4: something stands between a closing quote and the comma"
    ),
    (
      "submit,cpu,where\n1,1,A100\n",
      "jobs.csv, line 2: where takes KEY=VALUE|VALUE… with ; between them, not 'A100'"
    ),
    ("submit,cpu,where\n1,1,a=1;a=2\n", "jobs.csv, line 2: where names a twice: 'a=1;a=2'"),
  ])
  func `what is wrong with a job file is said with its line`(csv: String, sentence: String) {
    do {
      _ = try Workloads.jobs(csv)
      Issue.record("read as if nothing were wrong")
    } catch {
      #expect(error.description == sentence)
    }
  }

  @Test func `shares of several devices are refused, since no deployment can say them`() {
    #expect(throws: WorkloadError.self) { try Workloads.jobs("submit,cpu,gpu_count,gpu_share\n0,1,2,0.5\n") }
    #expect(throws: WorkloadError.self) { try Workloads.jobs("submit,cpu,gpu_count,gpu_share\n0,1,1,1.5\n") }
  }

  @Test func `a gpu_share without a device asks for none`() throws {
    let jobs = try Workloads.jobs("submit,cpu,gpu_count,gpu_share\n0,1,0,0\n0,1,1,1\n")
    #expect(jobs.map(\.required.gpu) == [.zero, .one])
  }

  @Test func `nodes keep the file's order and their labels`() throws {
    let nodes = try Workloads.nodes("name,cpu,ram,gpu,labels\nb,8,32,1,gpu=A100;zone=x\na,4,16,0,\n")
    #expect(nodes.map(\.name) == ["b", "a"])
    #expect(nodes[0].labels == [StringPair(key: "gpu", value: "A100"), StringPair(key: "zone", value: "x")])
    #expect(throws: WorkloadError("nodes.csv", line: 3, "the node a is there twice")) {
      try Workloads.nodes("name,cpu,ram,gpu\na,1,1,1\na,1,1,1\n")
    }
  }

  @Test func `where names labels and for each the values it may have`() throws {
    let jobs = try Workloads.jobs("submit,cpu,where\n0,1,zone=x;gpu=A100|H100\n0,1,\n")
    let conditions = [
      LabelCondition(key: "gpu", values: ["A100", "H100"]), LabelCondition(key: "zone", values: ["x"]),
    ]
    #expect(jobs.map(\.conditions) == [conditions, []])
  }

  @Test func `a standard workload is read without what never ran, and its request covers its run`() throws {
    let text = """
      ; MaxProcs: 8
      1 0 -1 100 4 -1 -1 4 60 -1 1 7 -1 -1 -1 -1 -1 -1
        2 5 -1 -1 4 -1 -1 4 60 -1 5 7 -1 -1 -1 -1 -1 -1
      3 9 -1 10 2 -1 -1 -1 -1 -1 1 8 -1 -1 -1 -1 -1 -1
      """
    let jobs = try SWFFile.read(WorkloadText(name: "a.swf", text))
    #expect(jobs.map(\.name) == ["1", "3"])
    #expect(jobs.map(\.estimate) == [100_000, nil])
    #expect(jobs.map(\.required.cpu) == [.whole(4), .whole(2)])
    #expect(throws: WorkloadError("a.swf", line: 1, "2 fields where SWF has 18")) {
      try SWFFile.read(WorkloadText(name: "a.swf", "1 0"))
    }
  }

  @Test func `a file that is not there is named`() {
    #expect(throws: WorkloadError("/no/such.csv", "open /no/such.csv: No such file or directory")) {
      try WorkloadText(path: "/no/such.csv")
    }
  }
}
