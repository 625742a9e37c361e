extension Method {
  static let eventsSubscribe = Method(
    name: "events.subscribe", scope: .read,
    body: .read { call, work in
      let after = call.int("after") ?? work.seq
      return Answer(["last_seq": .int(work.seq)], .subscribe(EventFilter(call.params), after: after))
    })
}
