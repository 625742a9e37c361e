import Model
import Scheduling
import Testing

@Suite struct AdmissionTests {
  private let nodes = [
    Rows.node(1, Resources(8000, 16_000)), Rows.node(2, Resources(4000, 64_000, 2500), drain: true),
  ]

  @Test func `what some empty node could hold is admitted, draining or not`() {
    for demand in [Resources(8000, 16_000), Resources(4000, 64_000, 2500), Resources(1000, 1000, 1500)] {
      #expect(Admission.canEverFit(demand, in: nodes))
      #expect(Admission.refusal(of: demand, in: nodes) == nil)
    }
  }

  @Test func `what is refused says what is too much`() {
    #expect(
      Admission.refusal(of: Resources(9000, 1000), in: nodes) == "Needs 9 cores; the largest node has 8.")
    #expect(
      Admission.refusal(of: Resources(1000, 1000, 3000), in: nodes)
        == "Needs 3 GPUs; the largest node has 2.5.")
    #expect(
      Admission.refusal(of: Resources(8000, 64_000), in: nodes)
        == "Needs 8 cores and 64 GiB of RAM on one node; each is there, but no node has all of it.")
    #expect(
      Admission.refusal(of: Resources(1000, 0), in: [Node]()) == "Needs 1 core; the cluster has no node.")
    for demand in [Resources(9000, 1000), Resources(8000, 64_000)] {
      #expect(!Admission.canEverFit(demand, in: nodes))
    }
  }
}
