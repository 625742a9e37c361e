import TestSupport

/// Runs `body` with a fixture that has a podman and an image of its own; after it no container is left.
func withTinyImage(_ body: (AttemptFixture, TinyImage) throws -> Void) throws {
  try withFixture { fixture in
    let image = try TinyImage(in: fixture.path, fixture.environment)
    defer { image.remove() }
    fixture.environment = image.environment
    try body(fixture, image)
    try fixture.finish()
    let left = try image.containers()
    guard left.isEmpty else { throw ContractBreach("containers are left: \(left)") }
  }
}
