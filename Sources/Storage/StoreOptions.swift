/// The options of a store; the defaults are for service, tests choose others.
package struct StoreOptions: Sendable {
  /// How long to wait for another process's lock, in seconds.
  package var lockSeconds = 5.0
  /// A snapshot is due when the journal is longer than this, and than the last snapshot.
  package var snapshotFloorBytes = 8 << 20
  /// Superseded journals are kept for readers of events up to this in all, and always the last one.
  package var archiveBytes = 64 << 20
  /// Told, in a sentence each, what was mended or could not be done; from any thread.
  package var note: @Sendable (String) -> Void = { _ in }
  /// Called as a snapshot passes each step; a test ends the process there.
  package var snapshotStep: @Sendable (SnapshotStep) -> Void = { _ in }

  package init() {}
}
