/// The nodes that a placement may use.
package struct NodeChoice: Sendable {
  /// By index; nil: all.
  private var mask: [Bool]?

  package static let all = NodeChoice()

  init(_ mask: [Bool]? = nil) { self.mask = mask }

  var isAll: Bool { mask == nil }

  @inline(__always)
  func allows(_ index: Int) -> Bool { mask.map { $0[index] } ?? true }

  mutating func exclude(_ index: Int, of count: Int) {
    if mask == nil { mask = Array(repeating: true, count: count) }
    mask?[index] = false
  }
}
