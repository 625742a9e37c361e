import JSON
import POSIX
import RPC
import Services
import Storage

/// The one translation of refusals to what the wire says.
extension RPCError {
  /// A batch's answers go out together, so their sum is bounded.
  static let longBatch = RPCError(
    code: internalCode, kind: "too_long",
    "The batch's answers before this one are too long: ask for less at a time.")

  init(_ error: ServiceError) {
    switch error {
    case .unauthenticated(let sentence): self.init(code: 1001, kind: "unauthenticated", sentence)
    case .forbidden(let sentence): self.init(code: 1003, kind: "forbidden", sentence)
    case .notFound(let sentence, let details):
      self.init(code: 1004, kind: "not_found", sentence, details)
    case .conflict(let sentence, let details): self.init(code: 1009, kind: "conflict", sentence, details)
    case .quotaExceeded(let sentence, let details):
      self.init(code: 1010, kind: "quota_exceeded", sentence, details)
    case .unschedulable(let sentence): self.init(code: 1012, kind: "unschedulable", sentence)
    case .rateLimited(let seconds):
      self.init(
        code: 1029, kind: "rate_limited", "Too many attempts: try again in \(seconds) seconds.",
        ["retry_after": .int(seconds)])
    case .invalid(let pointer, let message):
      self = .invalidParams([.init(pointer: pointer, message: message)])
    }
  }

  init(unreadableLog error: Errno) {
    self.init(code: 1050, kind: "unavailable", "The output cannot be read (\(error)): see to its file.")
  }

  /// Storage could not make it durable, and nothing changed; or it does not keep what was asked for.
  init(_ error: StorageError) {
    switch error {
    case .eventsGone(let oldest):
      self.init(code: 1004, kind: "not_found", "\(error).", ["oldest": .int(oldest)])
    case .unavailable, .poisoned, .damaged, .newerFormat, .unusable:
      self.init(code: 1050, kind: "unavailable", "\(error).")
    }
  }
}
