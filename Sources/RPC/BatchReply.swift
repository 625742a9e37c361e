/// The one reply of a batch, gathered from answers that may become ready at different times.
package struct BatchReply: Sendable {
  private var answers: [[UInt8]?]
  private var missing: Int

  /// `count` answers are awaited: one for each request and each invalid entry, none for the others.
  package init(count: Int) {
    answers = Array(repeating: nil, count: count)
    missing = count
  }

  package var isComplete: Bool { missing == 0 }

  /// Takes the answer for the `slot`th awaited entry. The first one given stays.
  package mutating func answer(_ slot: Int, _ bytes: [UInt8]) {
    guard answers[slot] == nil else { return }
    answers[slot] = bytes
    missing -= 1
  }

  /// The reply, in the batch's order; nil while an answer is missing, and for a batch of notifications alone.
  package var bytes: [UInt8]? {
    guard isComplete, !answers.isEmpty else { return nil }
    var reply: [UInt8] = []
    reply.reserveCapacity(answers.reduce(1) { $0 + ($1?.count ?? 0) + 1 })
    for answer in answers {
      reply.append(UInt8(ascii: reply.isEmpty ? "[" : ","))
      reply.append(contentsOf: answer ?? [])
    }
    reply.append(UInt8(ascii: "]"))
    return reply
  }
}
