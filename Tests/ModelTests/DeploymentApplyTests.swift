import JSON
import Model
import Testing

private let time = SampleRows.time

@Test func `being passed is remembered from the first time, and ends with the return to the queue`() {
  var deployment = SampleRows.deployment
  deployment.apply(.blocked, at: time)
  deployment.apply(.blocked, at: time + 5)
  #expect(deployment.blockedAt == time)
  deployment.apply(.started(SampleRows.attempt), at: time + 6)
  #expect(deployment.blockedAt == time, "what it was promised holds while it runs")
  deployment.apply(.preempted(by: DeploymentID(9)), at: time + 7)
  #expect(deployment.blockedAt == nil)
  deployment.apply(.blocked, at: time + 8)
  deployment.apply(.retried(exitCode: 1, message: nil), at: time + 9)
  #expect(deployment.blockedAt == nil)
}

@Test func `the last preemptions are remembered, oldest first`() {
  var deployment = SampleRows.deployment
  for second in 0..<20 { deployment.apply(.preempted(by: DeploymentID(9)), at: time + Double(second)) }
  #expect(deployment.preemptions == 20)
  #expect(deployment.preemptedAt == (4..<20).map { time + Double($0) })
}

@Test func `a checkpoint names its attempt and survives preemption and retry`() {
  var deployment = SampleRows.deployment
  deployment.apply(.started(SampleRows.attempt), at: time)
  deployment.apply(.checkpointed(reference: "/ckpt/5"), at: time + 2)
  let checkpoint = Checkpoint(reference: "/ckpt/5", at: time + 2, attempt: 1)
  deployment.apply(.preempted(by: DeploymentID(9)), at: time + 3)
  #expect(deployment.checkpoint == checkpoint)
  deployment.apply(.retried(exitCode: nil, message: nil), at: time + 4)
  #expect(deployment.checkpoint == checkpoint)
}

@Test func `a row comes back from its file with all that happened to it`() throws {
  var deployment = SampleRows.deployment
  deployment.apply(.preempted(by: DeploymentID(9)), at: time)
  deployment.apply(.blocked, at: time + 1)
  deployment.apply(.checkpointed(reference: "c"), at: time + 2)
  let back = try Deployment(deployment.json)
  #expect(back.json == deployment.json)
  #expect(back.preemptedAt == [time])
  #expect(back.blockedAt == time + 1)
  #expect(back.checkpoint == deployment.checkpoint)
  #expect(back.spec.dependsOn == [DeploymentID(2), DeploymentID(5)])
  #expect(back.spec.conditions == [LabelCondition(key: "gpu", values: ["A100", "H100"])])
}

@Test func `where is met by a node whose labels have one of the values for every key`() {
  let conditions = [LabelCondition](["zone": ["a"], "gpu": ["A100", "H100"]])
  #expect(conditions.map(\.key) == ["gpu", "zone"])
  let labels = [StringPair(key: "gpu", value: "H100"), StringPair(key: "zone", value: "a")]
  #expect(conditions.areMet(by: labels))
  #expect(!conditions.areMet(by: [labels[0]]))
  #expect(!conditions.areMet(by: [StringPair(key: "gpu", value: "V100"), labels[1]]))
  #expect([LabelCondition]().areMet(by: []))
}

@Test func `limits are the organization's, and a change of them is one of every cluster's plan`() throws {
  var state = State()
  for record in SampleRows.records.prefix(while: { $0.event.type != "cluster.updated" }) {
    try state.apply(record)
  }
  let limits = Limits(userPending: 3)
  let record = Record<Event>(
    seq: 99, time: time, event: .organizationLimitsSet(SampleRows.organization.id, limits))
  try state.apply(record)
  #expect(state.organizations[SampleRows.organization.id]?.limits == limits)
  #expect(state.clusters[SampleRows.cluster.id]?.revision == 99)
}
