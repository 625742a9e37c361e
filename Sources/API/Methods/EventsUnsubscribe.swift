extension Method {
  static let eventsUnsubscribe = Method(
    name: "events.unsubscribe", scope: .read,
    body: .read { _, work in Answer(["last_seq": .int(work.recordedSeq)], .unsubscribe) })
}
