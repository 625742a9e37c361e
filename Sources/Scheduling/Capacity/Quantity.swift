import Model

extension Thousandths {
  /// As people write it: `2`, `0.5`.
  var text: String {
    let magnitude = value.magnitude
    var text = (value < 0 ? "-" : "") + String(magnitude / 1000)
    guard magnitude % 1000 != 0 else { return text }
    var digits = String(magnitude % 1000 + 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    text += "." + digits
    return text
  }
}

/// One of the three things a node has.
enum ResourceKind: CaseIterable {
  case gpu
  case cpu
  case ram

  func amount(of resources: Resources) -> Thousandths {
    switch self {
    case .gpu: resources.gpu
    case .cpu: resources.cpu
    case .ram: resources.ram
    }
  }

  /// With its unit: `2 cores`, `0.5 GPU`, `1.5 GiB of RAM`.
  func text(_ amount: Thousandths) -> String {
    switch self {
    case .gpu: amount.text + (amount > .one ? " GPUs" : " GPU")
    case .cpu: amount.text + (amount == .one ? " core" : " cores")
    case .ram: amount.text + " GiB of RAM"
    }
  }
}

/// `1`, `1 and 2`, `1, 2 and 3`.
func enumeration(_ parts: [String]) -> String {
  guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
  return parts.dropLast().joined(separator: ", ") + " and " + last
}
