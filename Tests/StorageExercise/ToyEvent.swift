import JSON
import Model

/// An event of the toy state: accounts open, and their jobs begin and end.
package enum ToyEvent: JournaledEvent, Equatable {
  case opened(account: Int, name: String)
  case began(job: Int, account: Int, note: String)
  case ended(job: Int)

  package var type: String {
    switch self {
    case .opened: return "account.opened"
    case .began: return "job.began"
    case .ended: return "job.ended"
    }
  }

  package var data: JSONObject {
    switch self {
    case .opened(let account, let name): return ["id": .int(account), "name": .string(name)]
    case .began(let job, let account, let note):
      return ["id": .int(job), "account": .int(account), "note": .string(note)]
    case .ended(let job): return ["id": .int(job)]
    }
  }

  package init(type: String, data: JSONObject) throws {
    guard let id = data["id"]?.int else { throw ToyError("an event without id") }
    switch type {
    case "account.opened":
      self = .opened(account: id, name: data["name"]?.string ?? "")
    case "job.began":
      guard let account = data["account"]?.int else { throw ToyError("a job without account") }
      self = .began(job: id, account: account, note: data["note"]?.string ?? "")
    case "job.ended":
      self = .ended(job: id)
    default:
      throw ToyError("unknown event \(type)")
    }
  }
}

package struct ToyError: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
