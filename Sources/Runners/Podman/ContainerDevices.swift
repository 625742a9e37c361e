import Model
import POSIX

/// The GPU devices that a container is given, where the node has their files.
struct ContainerDevices: Equatable {
  private(set) var paths: [String] = []
  /// True when the container sees those of its GPUs alone, and so numbers them from 0.
  private(set) var isAlone = false

  /// Of NVIDIA's driver, for whichever GPU.
  private static let shared = ["nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset"]
  /// Of the first render node. Source: drm(7).
  private static let firstRender = 128

  init(_ gpus: [GPUShare], devices: String = "/dev") {
    let indices = Set(gpus.map(\.index)).sorted()
    guard !indices.isEmpty else { return }
    let cards = Self.present(indices.map { "nvidia\($0)" }, devices)
    if !cards.isEmpty {
      paths = cards + Self.present(Self.shared, devices)
      isAlone = cards.count == indices.count
      return
    }
    let renders = Self.present(indices.map { "dri/renderD\(Self.firstRender + $0)" }, devices)
    guard !renders.isEmpty else { return }
    paths = renders + Self.present(["kfd"], devices)
  }

  private static func present(_ names: [String], _ devices: String) -> [String] {
    names.map { devices + "/" + $0 }.filter { FileKind(of: $0) == .other }
  }

  /// CUDA counts what it sees.
  func numbered(_ variables: [StringPair], gpus: [GPUShare]) -> [StringPair] {
    guard isAlone else { return variables }
    let visible = Set(gpus.map(\.index)).sorted().indices.map { "\($0)" }.joined(separator: ",")
    return variables.map {
      $0.key == "CUDA_VISIBLE_DEVICES" ? StringPair(key: $0.key, value: visible) : $0
    }
  }
}
