extension Method {
  /// Its result is the subscription's, and so the connection's to make.
  static let eventsUnsubscribe = Method(
    name: "events.unsubscribe", scope: .read, body: .read { _, _ in Answer([:], .unsubscribe) })
}
