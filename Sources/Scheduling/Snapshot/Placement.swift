import Model

/// A node and the devices on it.
package struct Placement: Sendable, Equatable {
  package let nodeID: NodeID
  package let gpus: [GPUShare]
}
