import JSON
import Testing

@testable import CLI

@Test func `flags are typed by the schema, and numbers kept as written`() {
  let run = Run(
    "deployments", "create", "--name", "train", "--image-path=/img", "--cluster_id", "1", "--required-cpu",
    "1.50",
    "--required_ram", "2", "--required-gpu", "0.5", "--no-preemptible", "--env", "A=1", "--env", "B=x=y",
    "--retries", "2", "--command", "a", "--command", "b c")
  let wanted: JSONObject = [
    "name": "train", "image_path": "/img", "cluster_id": 1, "required_ram": 2, "preemptible": false,
    "env": ["A": "1", "B": "x=y"], "retries": 2, "command": ["a", "b c"],
    "required_cpu": .number(JSONNumber(thousandths: 1500)),
    "required_gpu": .number(JSONNumber(thousandths: 500)),
  ]
  #expect(run.exitCode == .ok)
  #expect(run.method == "deployments.create")
  #expect(run.params == wanted)
  #expect(run.params?["required_cpu"]?.text == "1.50")
}

@Test func `bare words fill what is required, in order`() {
  let run = Run("deployments", "create", "train", "/img", "1", "--required-ram", "3", "2", "0")
  #expect(
    run.params == [
      "name": "train", "image_path": "/img", "cluster_id": 1, "required_ram": 3, "required_cpu": 2,
      "required_gpu": 0,
    ])
  #expect(Run("deployments", "cancel", "3").params == ["deployment_id": 3])
  #expect(Run("deployments", "cancel", "3", "4").exitCode == .usage)
}

@Test func `words behind two dashes are the one array, whatever they look like`() {
  let run = Run(
    "deployments", "create", "a", "/i", "1", "1", "1", "0", "--", "--port", "80", "--json", "--help", "--")
  #expect(run.params?["command"] == ["--port", "80", "--json", "--help", "--"])
  #expect(run.params?["required_gpu"] == 0)
}

@Test func `dashes equal underscores, and list is list_all`() {
  #expect(Run("deployments", "list").method == "deployments.list_all")
  #expect(Run("deployments", "list-all").method == "deployments.list_all")
  #expect(Run("deployments", "list_all").method == "deployments.list_all")
  #expect(Run("deployments.list").method == "deployments.list_all")
  #expect(Run("organizations", "set_role", "2", "owner").params == ["user_id": 2, "role": "owner"])
}

@Test func `switches are true, false behind no, and null behind no where null is a value`() {
  #expect(Run("nodes", "update", "4", "--drain").params == ["node_id": 4, "drain": true])
  #expect(Run("nodes", "update", "4", "--drain", "false").params?["drain"] == false)
  #expect(Run("nodes", "update", "4", "--drain=true").params?["drain"] == true)
  #expect(Run("nodes", "update", "4", "--no-drain").params?["drain"] == false)
  let base = ["deployments", "create", "a", "/i", "1", "1", "1", "0"]
  #expect(Run(base + ["--no-max-duration"]).params?["max_duration"] == .null)
  #expect(Run(base + ["--max-duration", "null"]).params?["max_duration"] == .null)
  #expect(Run(base + ["--no-priority"]).exitCode == .usage)
}

@Test func `a negative number is a value, not a flag`() {
  #expect(Run("deployments", "fail", "1", "--exit-code", "-9").params?["exit_code"] == -9)
  #expect(Run("deployments", "fail", "1", "-x").errors.contains("flags begin with two dashes"))
}

@Test func `an object may be words or JSON, an array of objects too`() {
  let strategy = Run("clusters", "update", "1", "--strategy", #"{"order":"fifo"}"#)
  #expect(strategy.params?["strategy"] == ["order": "fifo"])
  #expect(Run("clusters", "update", "1", "--strategy", "fifo").params?["strategy"] == "fifo")
  let nodes = Run(
    "clusters", "create", "farm", "--nodes", "name=a,cpu=8,ram=16.5,gpu=2,labels.gpu=A100", "--nodes",
    #"{"name":"b","cpu":1,"ram":1,"gpu":0}"#)
  #expect(
    nodes.params?["nodes"] == [
      [
        "name": "a", "cpu": 8, "ram": .number(JSONNumber(thousandths: 16_500)), "gpu": 2,
        "labels": ["gpu": "A100"],
      ],
      ["name": "b", "cpu": 1, "ram": 1, "gpu": 0],
    ])
  let unknown = Run("clusters", "create", "farm", "--nodes", "name=a,cpus=8")
  #expect(unknown.exitCode == .usage)
  #expect(unknown.errors.contains("did you mean cpu?"))
}

@Test(arguments: [
  (["deployments", "creat"], "did you mean deployments create?"),
  (["deployment", "list"], "did you mean deployments?"),
  (["deployments", "update", "1", "--priorty", "3"], "did you mean --priority?"),
  (["deployments", "create", "--cpu", "3"], "did you mean --required-cpu?"),
  (["deployments", "list", "--status", "runing"], "did you mean running?"),
  (["call", "deployments.lst_all"], "did you mean deployments.list_all?"),
  (["serv"], "did you mean serve?"),
  (["call", "server.ping", "paylod=1"], "did you mean payload?"),
])
func `a near miss is answered with what was meant`(words: [String], hint: String) {
  let run = Run(words)
  #expect(run.exitCode == .usage)
  #expect(run.errors.contains(hint), "\(run.errors)")
  #expect(run.caller.calls.isEmpty)
}

@Test func `what is missing is named with its description`() {
  let run = Run("deployments", "create", "train")
  #expect(run.exitCode == .usage)
  #expect(run.errors.contains("--image-path (Image to run)"))
  #expect(run.errors.contains("--required-cpu (Cores it needs)"))
  #expect(!run.errors.contains("--name ("))
  #expect(run.errors.contains("see: berth help deployments create"))
}

@Test(arguments: [
  (["--cluster-id", "one"], "--cluster-id takes a whole number, not 'one'"),
  (["--cluster-id", "1.5"], "--cluster-id takes a whole number, not '1.5'"),
  (["--required-cpu", "many"], "--required-cpu takes a number such as 0.5 (cores), not 'many'"),
  (["--preemptible=maybe"], "--preemptible takes true or false, not 'maybe'"),
  (["--env", "PORT"], "--env takes KEY=VALUE or a JSON object, not 'PORT'"),
  (["--env", "A=1", "--env", "A=2"], "--env has 'A' twice"),
  (["--name"], "--name needs a value behind it"),
  (["--name", "--priority"], "--name needs a value behind it"),
  (["--name", "a", "--name", "b"], "--name is given twice"),
])
func `a wrong value is said with what is wanted`(words: [String], sentence: String) {
  let run = Run(["deployments", "create"] + words)
  #expect(run.exitCode == .usage)
  #expect(run.errors.contains(sentence), "\(run.errors)")
}

@Test func `call takes pairs, raw JSON and standard input`() {
  let run = Run("call", "deployments.get", "deployment_id=3", "wait-seconds=1.0", "extra:=[1]")
  #expect(run.method == "deployments.get")
  #expect(run.params?["wait_seconds"]?.text == "1.0")
  #expect(run.params?["extra"] == [1])
  #expect(Run("call", "server.ping", #"{"payload":{"a":1},"b":2}"#).params == ["payload": ["a": 1], "b": 2])
  let terminal = ScriptedTerminal()
  terminal.lines = ["{", #""payload": 7}"#]
  #expect(Run("call", "server.ping", "-", terminal: terminal).params == ["payload": 7])
  #expect(Run("call", "server.ping", "{").exitCode == .usage)
  #expect(Run("call", "server.ping", "payload").exitCode == .usage)
  #expect(Run("call").exitCode == .usage)
  #expect(Run("call", "events.list-all", "types=a.b", "types=c.d").params?["types"] == ["a.b", "c.d"])
}

@Test func `a local command is read by its own schema`() {
  let run = Run("serve", "--stdio", "--data", "/tmp/x")
  #expect(run.exitCode == .ok)
  #expect(run.local.first?.params == ["stdio": true])
  #expect(run.local.first?.options.data == "/tmp/x")
  #expect(Run("serve", "--scket", "x").errors.contains("did you mean --socket?"))
}

@Test func `no parameter hides behind an option of every command`() {
  let global = Set(GlobalOptions.explained.map(\.flag))
  for command in SchemaFolder.catalog.methods {
    for parameter in command.parameters {
      #expect(!global.contains(Spelling.flag(parameter.name)), "\(command.name) \(parameter.name)")
    }
  }
}

@Test func `a map of lists takes its values by commas or by repeating the key`() {
  let wanted: JSONValue = ["gpu": ["A100", "H100"], "zone": ["a"]]
  let words = ["deployments", "create", "n", "/i", "1", "1", "1", "0", "--where", "zone=a"]
  #expect(Run(words + ["--where", "gpu=A100,H100"]).params?["where"] == wanted)
  #expect(Run(words + ["--where", "gpu=A100", "--where", "gpu=H100"]).params?["where"] == wanted)
  #expect(Run(words + ["--depends-on", "4", "--depends-on", "[5]"]).params?["depends_on"] == [4, 5])
}
