import Model

/// The place where the GPU that deployments like those of the cluster could no longer use grows least.
///
/// As `FragmentationDescent`, but it also looks past the next deployment, at a node filled up with a shape: see
/// `RefillStranded`. Allocates half a percent more of openb's GPUs, learning the shapes as they come.
package struct LeastStranded: PlacementPolicy {
  package var name: String { "least_stranded" }
  package var description: String { "Where the GPU that others could no longer use grows least." }

  package init() {}

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Placement? {
    StrandingSearch<RefillStranded>.placement(for: request.demand, among: choice, in: snapshot)
  }
}
