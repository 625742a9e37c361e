import JSON
import Model
import Scheduling

// How explanations look on the wire.

extension Explanation {
  var object: JSONValue {
    [
      "code": .string(reason.code),
      "message": .string(reason.message),
      "blockers": .array(blockers.map { .int($0.rawValue) }),
      "shortage": .array(
        shortage.map { part in
          [
            "resource": .string(part.resource), "need": part.demand.json, "free": part.free.json,
            "short": part.missing.json,
          ]
        }),
    ]
  }
}

extension PreemptionAnswer {
  var object: JSONValue { ["considered": .bool(isConsidered), "why_not": .string(whyNot)] }
}

extension Forecast.Estimate {
  var object: JSONValue {
    ["starts_at": .optional(startsAt?.text), "assumes": .array(assumes.map(JSONValue.string))]
  }
}

extension Deployment {
  /// As `deployments.plan` names whom it would preempt.
  var victim: JSONValue {
    [
      "id": .int(id.rawValue),
      "name": .string(spec.name),
      "user_id": .int(userID.rawValue),
      "priority": .int(priority),
      "started_at": .optional(phase.liveAttempt?.startedAt.text),
    ]
  }
}
