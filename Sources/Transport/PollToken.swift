import RPC

/// The subject of a poll's answer.
enum PollToken {
  case input(PeerID)
  case output(PeerID)
  case listener(Int)
  case handler
  case signals

  var encoded: UInt64 {
    switch self {
    case .input(let peer): UInt64(peer.rawValue) << 3
    case .output(let peer): UInt64(peer.rawValue) << 3 | 1
    case .listener(let place): UInt64(place) << 3 | 2
    case .handler: 3
    case .signals: 4
    }
  }

  init(encoded: UInt64) {
    let value = Int(encoded >> 3)
    switch encoded & 7 {
    case 0: self = .input(PeerID(rawValue: value))
    case 1: self = .output(PeerID(rawValue: value))
    case 2: self = .listener(value)
    case 3: self = .handler
    default: self = .signals
    }
  }
}
