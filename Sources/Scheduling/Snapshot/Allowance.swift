import Model

extension ClusterSnapshot {
  /// Tells what a user may still start here; nil: any amount.
  package mutating func setAllowance(of user: UserID, to allowance: Resources?) {}
}
