/// The moments of a snapshot at which a process may die; each must leave a whole directory.
package enum SnapshotStep: String, CaseIterable, Sendable {
  case begun
  case segmentWritten
  case segmentsMerged
  case tableWritten
  case journalCopied
  case journalArchived
  case locked
  case tableRenamed
  case tablesSynced
  case journalRenamed
  case unlocked
  case cleaned
}
