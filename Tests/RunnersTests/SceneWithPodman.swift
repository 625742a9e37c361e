import TestSupport

/// Runs `body` in a scene that has a podman and an image of its own; after it no container is left.
func withTinyImage(_ body: (AttemptScene, TinyImage) throws -> Void) throws {
  try withScene { scene in
    let image = try TinyImage(in: scene.path, scene.environment)
    defer { image.remove() }
    scene.environment = image.environment
    try body(scene, image)
    try scene.finish()
    let left = try image.containers()
    guard left.isEmpty else { throw ContractBreach("containers are left: \(left)") }
  }
}
