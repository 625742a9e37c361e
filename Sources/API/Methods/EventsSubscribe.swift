extension Method {
  static let eventsSubscribe = Method(
    name: "events.subscribe", scope: .read,
    body: .read { call, work in
      let after = try call.int("after").map { try EventFilter.place($0, work) } ?? work.recordedSeq
      return Answer(["last_seq": .int(after)], .subscribe(EventFilter(call.params), after: after))
    })
}
