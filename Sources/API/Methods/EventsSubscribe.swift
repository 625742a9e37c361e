extension Method {
  static let eventsSubscribe = Method(
    name: "events.subscribe", scope: .read,
    body: .read { call, work in
      let after = call.int("after") ?? work.recordedSeq
      return Answer(["last_seq": .int(work.recordedSeq)], .subscribe(EventFilter(call.params), after: after))
    })
}
