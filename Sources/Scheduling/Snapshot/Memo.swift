import Synchronization

/// A kind of thing that a policy works out of a snapshot and keeps; one of each kind beside a snapshot and its copies.
protocol Memorable: Sendable {
  init()
}

/// The memo of what policies have worked out and need not work out again while a node stays as it is.
///
/// Not part of what a snapshot says: all of it is a function of nodes' states, a demand and a mix, and is kept under the
/// stamps of those that change. A stamp is given to one state of one node or mix, and to no other, in any copy of the
/// snapshot; so copies share the memo, and losing it costs nothing but time.
final class Memo: Sendable {
  // Unchecked: reached only through `kept`, under its lock.
  private class Kept: @unchecked Sendable {}
  // Unchecked: as `Kept`, which is all that it is reached as.
  private final class Value<Kind: Memorable>: Kept, @unchecked Sendable { var kind = Kind() }

  private let lastStamp = Atomic<Int>(0)
  private let kept = Mutex<[ObjectIdentifier: Kept]>([:])

  func makeStamp() -> Int { lastStamp.wrappingAdd(1, ordering: .relaxed).newValue }

  func use<Kind: Memorable, Result: Sendable>(_: Kind.Type, _ body: (inout Kind) -> Result) -> Result {
    kept.withLock { kept in
      if let value = kept[ObjectIdentifier(Kind.self)] as? Value<Kind> { return body(&value.kind) }
      let value = Value<Kind>()
      kept[ObjectIdentifier(Kind.self)] = value
      return body(&value.kind)
    }
  }
}
