import POSIX

/// The directories and floors that measurements share, made when they are first asked for.
final class Bench {
  let root: String
  let scale: Scale
  let echo: Program
  let syncedFile: SyncedFile
  private var sites: [String: Site] = [:]

  /// The amount of work that is done.
  struct Scale {
    let live: Int
    let finished: Int
    /// Multiplies repetitions.
    let effort: Int

    static let whole = Scale(live: 100_000, finished: 1_000_000, effort: 5)
    static let quick = Scale(live: 10_000, finished: 50_000, effort: 1)
  }

  init(root: String, scale: Scale, echo: Program) throws {
    self.root = root
    self.scale = scale
    self.echo = echo
    syncedFile = try SyncedFile(at: root + "/floor")
  }

  private func site(_ name: String, _ make: (String) throws -> Site) throws -> Site {
    if let known = sites[name] { return known }
    let began = SystemClock.monotonicNanoseconds()
    let site = try make(root + "/" + name)
    let seconds = (SystemClock.monotonicNanoseconds() - began) / 1_000_000_000
    if seconds > 0 { StandardStreams.writeError("prepared \(name) in \(seconds) s\n") }
    sites[name] = site
    return site
  }

  var small: Site { get throws { try site("small") { try Seed.small($0) } } }
  var live: Site { get throws { try site("live") { try Seed.live(scale.live, $0) } } }
  var finished: Site { get throws { try site("finished") { try Seed.finished(scale.finished, $0) } } }
  var all: [Site] { get throws { [try small, try live, try finished] } }
}

/// A thing to be measured, by the name the command line has for it.
struct Measurement: Sendable {
  let name: String
  let summary: String
  let run: @Sendable (Bench) throws -> [Row]

  /// In the order in which they are run: later ones find what earlier ones left.
  static let all: [Measurement] = [
    .start, .requests, .flights, .lists, .events, .writers, .decisions, .placements, .firstLine, .burst,
    .idle,
  ]

  static func title(_ what: String, _ site: Site) -> String {
    site.name.isEmpty ? what : "\(what), \(site.name)"
  }
}
