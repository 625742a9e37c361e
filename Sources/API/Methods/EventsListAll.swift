import Services

extension Method {
  static let eventsListAll = scanning("events.list_all") { call, _ in
    EventScan(
      EventFilter(call.params), after: call.int("after"), limit: call.int("limit") ?? 1000,
      for: call.caller.user)
  }
}
