import Model

/// The times when evictions are worth it for one of the waiting, by node, kept while the nodes stay as they are.
struct WorthWindows: Sendable {
  /// All of the waiting that the windows follow from: a number alone may be that of one that was only tried.
  struct Key: Hashable, Sendable {
    let id: DeploymentID
    let demand: Resources
    let createdAt: Timestamp
    let priority: Int
    let worth: Int
    let largest: Resources
    let count: Int
  }

  private(set) var windows: [WorthWindow]
  private(set) var stamps: [Int]

  init(count: Int) {
    windows = Array(repeating: .never, count: count)
    stamps = Array(repeating: 0, count: count)
  }

  mutating func set(_ index: Int, _ window: WorthWindow, stamp: Int) {
    windows[index] = window
    stamps[index] = stamp
  }
}

/// The windows of heads that are due; there are as many as kinds of conditions.
struct HeadWorthWindows: Memorable {
  private static let mostHeads = 8

  private var windows: [WorthWindows.Key: WorthWindows] = [:]

  mutating func use<Result>(_ key: WorthWindows.Key, _ body: (inout WorthWindows) -> Result) -> Result {
    var used = windows.removeValue(forKey: key) ?? WorthWindows(count: key.count)
    if windows.count >= Self.mostHeads { windows = [:] }
    defer { windows[key] = used }
    return body(&used)
  }
}
