import JSON
import Model
import Services
import Storage

/// The events that somebody asked for.
struct EventFilter: Sendable {
  /// nil: of any type.
  let types: Set<String>?
  let deploymentID: DeploymentID?

  init(_ params: JSONObject) {
    types = params["types"]?.array.map { Set($0.compactMap(\.string)) }
    deploymentID = params["deployment_id"]?.int.map(DeploymentID.init)
  }

  /// A place in the events; one that they have not reached is another directory's, or that of a later state of this one.
  static func place(_ seq: Int, _ work: borrowing Work) throws(ServiceError) -> Int {
    guard seq <= work.recordedSeq else {
      throw .notFound(
        "There is no event \(seq) yet: the newest is \(work.shownSeq).", ["last_seq": .int(work.shownSeq)])
    }
    return seq
  }

  func matches(_ event: Event, for user: User) -> Bool {
    if let types, !types.contains(event.type) { return false }
    if let deploymentID, event.deploymentID != deploymentID { return false }
    return event.isVisible(to: user)
  }
}

extension Record<Event> {
  var object: JSONObject {
    [
      "seq": .int(seq), "time": .string(time.text), "type": .string(event.type),
      "data": .object(event.publicData),
    ]
  }
}

/// A connection's wish to be told of events, and how far it has been.
struct Subscription {
  let filter: EventFilter
  /// Whose events; the subscription ends with the session.
  let session: SessionID
  let events: EventCursor<PlanningState>
}
