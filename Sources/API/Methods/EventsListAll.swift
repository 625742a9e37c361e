import Services

extension Method {
  static let eventsListAll = reading("events.list_all") { call, work in
    let filter = EventFilter(call.params)
    let limit = call.int("limit") ?? 1000
    let found = try filter.events(after: call.int("after"), limit: limit, for: call.caller.user, work)
    return ["events": .array(found.events), "last_seq": .int(found.last)]
  }
}
