/// The meanings of the error codes; the table of the protocol.
enum ErrorMeaning {
  static func text(_ code: Int) -> String {
    switch code {
    case -32602: "invalid_params: a parameter is missing, unknown or not as it must be"
    case 1001: "unauthenticated: wrong username or password, or no valid token"
    case 1003: "forbidden: role or scope too low"
    case 1004: "not_found: unknown id or code, or another organization's"
    case 1009: "conflict: name taken, or not in a state that allows it"
    case 1010: "quota_exceeded: above what is allowed"
    case 1012: "unschedulable: can never fit any node of the cluster"
    case 1029: "rate_limited: too many at once; retry later"
    case 1050: "unavailable: storage could not make it durable; nothing changed"
    default: "error \(code)"
    }
  }
}
