import JSON
import Model
import POSIX

/// The place where an attempt is run, and all that its runner is given.
package struct AttemptSite {
  /// The attempt's directory, absolute.
  package let directory: String
  package let order: Order
  package let options: RunnerOptions
  /// What the program writes to standard output and error goes here.
  package let output: OutputPump

  package init(directory: String, order: Order, options: RunnerOptions, output: OutputPump) {
    self.directory = directory
    self.order = order
    self.options = options
    self.output = output
  }

  /// The agent's directory, which all its attempts share.
  package var state: String {
    "/" + directory.split(separator: "/").dropLast(2).joined(separator: "/")
  }

  /// What the program may see of the attempt's directory.
  package var hints: String { directory + "/hints" }

  /// Keeps what is needed to find the program again, in place of what was kept before.
  package func remember(_ object: JSONObject) throws {
    try Directory.replace(directory + "/runner.json", with: JSONValue.object(object).bytes, durably: false)
  }

  /// What was remembered last, by this supervisor or one before it.
  package var remembered: JSONObject? {
    guard let bytes = try? FileDescriptor.contents(of: directory + "/runner.json") else { return nil }
    return (try? JSONParser.parse(bytes))?.object
  }

  /// The variables the program is run with: its own go before ours, except for Berth's. `hints`: the directory as the
  /// program sees it.
  package func environment(hints: String) -> [StringPair] {
    var variables = [
      StringPair(key: "PATH", value: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
      StringPair(key: "LANG", value: "C.UTF-8"),
      StringPair(key: "BERTH_DEPLOYMENT", value: "\(order.name.deployment)"),
      StringPair(key: "BERTH_ATTEMPT", value: "\(order.name.number)"),
      StringPair(key: "BERTH_GPUS", value: order.gpus.map(\.text).joined(separator: ",")),
      StringPair(key: "CUDA_VISIBLE_DEVICES", value: order.gpus.map { "\($0.index)" }.joined(separator: ",")),
      StringPair(key: "BERTH_STOP_FILE", value: hints + "/stop.json"),
      StringPair(key: "BERTH_CHECKPOINT_FILE", value: hints + "/checkpoint"),
    ]
    if let checkpoint = order.checkpoint {
      variables.append(StringPair(key: "BERTH_CHECKPOINT", value: checkpoint))
    }
    // By what is ours alone its processes are found again, and it finds us.
    let ours = Set(variables.map(\.key).filter { $0.hasPrefix("BERTH_") })
    let its = order.env.filter { !ours.contains($0.key) }
    let replaced = Set(its.map(\.key))
    return variables.filter { !replaced.contains($0.key) } + its
  }
}

extension GPUShare {
  /// `0` for a whole device, `0:0.5` for half of one.
  var text: String { share == .one ? "\(index)" : "\(index):\(share.json.text)" }
}
