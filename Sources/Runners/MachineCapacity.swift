import JSON
import Model
import POSIX

/// The resources that a machine, or what stands for one, has to give.
package struct MachineCapacity: Equatable, Sendable {
  /// Cores.
  package var cpu: Int
  /// GiB, in thousandths.
  package var ram: Thousandths
  /// Devices.
  package var gpus: Int
  /// What distinguishes the node that is made with it.
  package var labels: [StringPair] = []

  package init(cpu: Int, ram: Thousandths, gpus: Int) {
    self.cpu = cpu
    self.ram = ram
    self.gpus = gpus
  }

  /// The node of that name, as `nodes.add` and `clusters.create` take it.
  package func node(named name: String) -> JSONObject {
    [
      "name": .string(name), "cpu": .int(cpu), "ram": ram.json, "gpu": .int(gpus), "labels": labels.json,
      "managed": true,
    ]
  }

  /// This machine's, by the kernel: every core, all memory, each GPU that has a device file.
  @Sendable package static func detected() -> MachineCapacity {
    MachineCapacity(cpu: Processors.count, ram: memory(), gpus: devices())
  }

  /// Of `MemTotal` in proc_meminfo(5), which is in KiB.
  private static func memory() -> Thousandths {
    let text = KernelFile.text("/proc/meminfo") ?? ""
    for line in text.split(separator: "\n") where line.hasPrefix("MemTotal:") {
      let words = line.split(separator: " ")
      if words.count > 1, let kibibytes = Int(words[1]) {
        return Thousandths(kibibytes * 1000 / (1 << 20))
      }
    }
    return .zero
  }

  /// `/dev/nvidia0` and so on, else `/dev/dri/renderD128` and so on.
  private static func devices() -> Int {
    let nvidia = names(in: "/dev").filter { name in
      name.hasPrefix("nvidia") && Int(name.dropFirst("nvidia".count)) != nil
    }
    if !nvidia.isEmpty { return nvidia.count }
    return names(in: "/dev/dri").filter { $0.hasPrefix("renderD") }.count
  }

  private static func names(in path: String) -> [String] { (try? Directory(path).names()) ?? [] }
}
