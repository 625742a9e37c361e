import POSIX
import Storage

/// The server's view of the journal: whether others have written to it, and whether those who wait here were asked
/// about all that is in it.
struct JournalSight {
  private var others = Others.quiet
  private var audience = Audience.unknown
  /// The last of our own writes that the watch has told us of.
  private var heardSeq = 0

  /// Knowledge of other processes' writes since the state was last brought up to date.
  private enum Others {
    case quiet
    /// A wake-up came, which may be of something else.
    case signalled
    case wrote
  }

  /// The seq through which those who wait were asked whether what was recorded is theirs.
  private enum Audience {
    /// At the start, and when a turn was taken back: they are asked at the next look.
    case unknown
    case asked(through: Int)
    /// More was recorded after they were asked: they are asked again at once.
    case behind
  }

  /// Whether the state must be looked at without delay.
  var isUrgent: Bool {
    if case .wrote = others { return true }
    return isBehind
  }

  private var isBehind: Bool {
    guard case .behind = audience else { return false }
    return true
  }

  // MARK: - Others

  mutating func signalled() {
    if case .quiet = others { others = .signalled }
  }

  var isSignalled: Bool {
    guard case .signalled = others else { return false }
    return true
  }

  /// What a signal was found to be.
  mutating func resolve(othersWrote: Bool) { others = othersWrote ? .wrote : .quiet }

  /// Why the next turn must look, and forgets that others wrote: the turn sees it.
  mutating func takeCauses() -> [Turn.Cause] {
    var causes: [Turn.Cause] = []
    if case .wrote = others {
      causes.append(.othersWrote)
      others = .quiet
    }
    if isBehind { causes.append(.unaskedEvents) }
    return causes
  }

  /// The watch tells of our own writes too. True once for each of them: then it is to be drained.
  mutating func mustHear(_ seq: Int) -> Bool {
    guard seq != heardSeq else { return false }
    heardSeq = seq
    return true
  }

  // MARK: - Those who wait

  /// True when they were not asked about all through `seq`; they are to be asked now.
  mutating func mustAsk(through seq: Int) -> Bool {
    if case .asked(seq) = audience { return false }
    audience = .asked(through: seq)
    return true
  }

  /// The turn has recorded through `seq`; `hasAudience`: somebody waits.
  mutating func recorded(through seq: Int, hasAudience: Bool) {
    if case .asked(let asked) = audience, asked == seq { return }
    audience = hasAudience ? .behind : .unknown
  }

  /// The turn was taken back, with what it had seen and what they were told.
  mutating func forget() {
    audience = .unknown
    others = .wrote
  }
}
