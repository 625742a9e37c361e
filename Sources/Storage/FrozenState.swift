import Model

/// The state as it stood once, to be read while the store goes on: later, or on another thread.
///
/// Costs a copy of the fold, which is a value: what the store changes after it, it copies then.
// Unchecked: the store is a copy that nobody else has, whose fields are never changed again; files are read by
// position, and those of the history never change.
package struct FrozenState<F: Fold>: @unchecked Sendable {
  private let store: Store<F>
  private let now: Timestamp

  fileprivate init(_ store: Store<F>, now: Timestamp) {
    self.store = Store(copyOf: store)
    self.now = now
  }

  /// By one thread at a time.
  package func read<T>(_ body: (borrowing Transaction<F>) throws -> T) rethrows -> T {
    try body(Transaction(store, now: now, isReadOnly: true))
  }
}

extension Store {
  /// A copy of what is on disk and folded in now. To be called between transactions.
  package func frozen(at wall: Timestamp) -> FrozenState<F> {
    precondition(!isWorking, "a transaction's state may be taken back")
    return FrozenState(self, now: max(wall, position.time))
  }
}

extension Transaction {
  /// A copy of what is folded in now. Whoever keeps it has to let it go when the transaction does not come about.
  package func frozen() -> FrozenState<F> { FrozenState(store, now: now) }
}
