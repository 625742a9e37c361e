import Model

/// Fragmentation gradient descent: where the GPU that the next deployment could not use grows least.
///
/// Next ones are drawn from the cluster's `ShapeMix`. Scores are percentages, as published: the sigmoid of the drop in
/// expected fragmentation, in devices. Ties go to the lowest node id, then the lowest device.
/// Source: Weng, Yang et al., "Beware of Fragmentation", USENIX ATC'23.
package struct FragmentationDescent: PlacementPolicy {
  package var name: String { "fgd" }
  package var description: String { "Where the GPU that the next one could not use grows least." }

  package init() {}

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Placement? {
    StrandingSearch<NextStranded>.placement(for: request.demand, among: choice, in: snapshot)
  }
}
