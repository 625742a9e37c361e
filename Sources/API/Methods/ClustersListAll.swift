import Services

extension Method {
  static let clustersListAll = reading("clusters.list_all") { call, work in
    ["clusters": .array(try Clusters.all(for: call.caller, work).map { $0.object(work) })]
  }
}
