import Model

/// A `where` in words.
package struct WhereSentence: Sendable {
  private let conditions: [LabelCondition]

  package init(_ conditions: [LabelCondition]) { self.conditions = conditions }

  /// `gpu=A100 or H100, and zone=a`.
  var text: String {
    enumeration(conditions.map { "\($0.key)=\($0.values.joined(separator: " or "))" })
  }

  /// Why nothing that `where` allows could ever hold a request; `nodes` are those it allows.
  package func refusal(of required: Resources, amongNodes nodes: [Node]) -> String {
    guard !nodes.isEmpty else {
      return "No node of the cluster has the labels \(text) that its where asks for."
    }
    let sentence = Admission.refusal(of: required, in: nodes) ?? "It fits none of them."
    return "Of the nodes with the labels \(text): \(sentence)"
  }
}
