import Services

extension Method {
  static let eventsListAll = scanning("events.list_all") { call, work in
    EventScan(
      EventFilter(call.params), after: try call.int("after").map { try EventFilter.place($0, work) },
      limit: call.int("limit") ?? 1000,
      for: call.caller.user)
  }
}
