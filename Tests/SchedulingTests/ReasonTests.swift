import Model
import Scheduling
import Testing

/// The sentence a user sees for each code.
@Suite struct ReasonTests {
  private func expect(_ reason: Reason, _ code: String, _ message: String) {
    #expect(reason.code == code)
    #expect(reason.message == message)
  }

  @Test func `a resource that is short says by how much, where, and who holds it`() {
    var cluster = Driven(Resources(4000, 16_000, 1000))
    cluster.arrive(Resources(2500, 1000, 500))
    cluster.arrive(Resources(1000, 1000, 500))
    let cpu = cluster.arrive(Resources(2000, 1000))
    expect(
      cluster.reason(cpu), "insufficient_cpu",
      "Needs 2 cores; node \"n1\" has 0.5 of 4 free, 1.5 short; held by deployments 1 and 2: wait, or ask for less."
    )
    let gpu = cluster.arrive(Resources(0, 1000, 250))
    expect(
      cluster.reason(gpu), "insufficient_gpu",
      "Needs 0.25 GPU; node \"n1\" has 0 of 1 free, 0.25 short; held by deployments 1 and 2: wait, or ask for less."
    )
    let ram = cluster.arrive(Resources(0, 15_000))
    expect(
      cluster.reason(ram), "insufficient_ram",
      "Needs 15 GiB of RAM; node \"n1\" has 14 of 16 free, 1 short; held by deployments 1 and 2: wait, or ask for less."
    )
  }

  @Test func `several shortages are named, the worst first`() {
    var cluster = Driven(Resources(4000, 4000, 1000))
    cluster.arrive(Resources(4000, 4000, 250))
    let all = cluster.arrive(Resources(1000, 2000, 1000))
    expect(
      cluster.reason(all), "insufficient_ram",
      "Needs 2 GiB of RAM; node \"n1\" has 0 of 4 free, 2 short; held by deployment 1; "
        + "also short there: 0.25 GPU and 1 core: wait, or ask for less.")
  }

  @Test func `enough GPU on the wrong devices is fragmented`() {
    var cluster = Driven(Resources(8000, 8000, 2000))
    cluster.arrive(Resources(0, 1000, 600))
    cluster.arrive(Resources(0, 1000, 600))
    let whole = cluster.arrive(Resources(0, 1000, 800))
    expect(
      cluster.reason(whole), "gpu_fragmented",
      "Needs 0.8 GPU on devices that are not there: node \"n1\" has 0.4 of device 0 and 0.4 of device 1 free; "
        + "held by deployments 1 and 2: wait, or ask for 0.4 at most.")
  }

  @Test func `enough in the cluster and not on one node is said`() {
    var cluster = Driven(Resources(4000, 4000, 1000), Resources(4000, 4000, 1000))
    cluster.arrive(Resources(2000, 1000))
    cluster.arrive(Resources(3000, 1000))
    #expect(cluster.node(1) != cluster.node(2))
    let cpu = cluster.arrive(Resources(2500, 1000))
    expect(
      cluster.reason(cpu), "insufficient_cpu",
      "Needs 2.5 cores; the closest node, \"n1\", has 2 of 4 free, 0.5 short; held by deployment 1; "
        + "3 cores free in the cluster, but not on one node: wait, or ask for less.")
    cluster = Driven(Resources(4000, 4000, 2000), Resources(4000, 4000, 2000))
    cluster.arrive(Resources(0, 3000, 1000))
    cluster.arrive(Resources(0, 3000, 1000))
    let gpu = cluster.arrive(Resources(1000, 0, 2000))
    expect(
      cluster.reason(gpu), "gpu_fragmented",
      "Needs 2 GPUs; the closest node, \"n1\", has 1 of 2 free, 1 short; held by deployment 1; "
        + "2 GPUs free in the cluster, but not on one node: wait, or ask for less.")
  }

  @Test func `a paused cluster says so`() {
    var cluster = Driven(Resources(4000, 4000))
    cluster.pause(true)
    let one = cluster.arrive(Resources(1000, 1000))
    expect(
      cluster.reason(one), "paused",
      "The cluster is paused, so nothing starts in it; an operator resumes it with clusters.update.")
  }

  @Test func `draining nodes are named`() {
    var cluster = Driven(Resources(4000, 4000))
    cluster.drain(1)
    let one = cluster.arrive(Resources(1000, 1000))
    expect(
      cluster.reason(one), "draining",
      "Only node \"n1\" could hold it, and it is draining, so nothing new starts there: "
        + "end the drain with nodes.update, or add a node.")
    cluster.put(Rows.node(2, Resources(1000, 1000)))
    let two = cluster.arrive(Resources(500, 500))
    #expect(cluster.running == [one])
    expect(
      cluster.reason(two), "draining",
      "It fits only on node \"n1\", which is draining; the other nodes are full: wait, or end the drain.")
  }

  @Test func `no node at all, and none with an agent, are different sentences`() {
    var cluster = Driven()
    let one = cluster.arrive(Resources(1000, 1000))
    expect(cluster.reason(one), "no_nodes", "The cluster has no node; an operator adds one with nodes.add.")
    cluster.put(Rows.node(1, Resources(4000, 4000), managed: true))
    expect(
      cluster.reason(one), "no_nodes",
      "Only node \"n1\" could hold it, and no agent is heard there: start `berth agent --node n1` on its machine."
    )
  }

  @Test func `what no node can hold any more says what is too much`() {
    var cluster = Driven(Resources(4000, 4000))
    cluster.arrive(Resources(4000, 4000), preemptible: false)
    let one = cluster.arrive(Resources(4000, 1000))
    cluster.end(1)
    cluster.drain(1)
    cluster.end(one)
    let two = cluster.arrive(Resources(4000, 1000))
    cluster.put(Rows.node(1, Resources(2000, 4000)))
    expect(
      cluster.reason(two), "insufficient_cpu",
      "Needs 4 cores; the largest node has 2. Create it anew asking for less, or add a larger node.")
  }

  @Test func `many holders are counted, not listed`() {
    var cluster = Driven(Resources(9000, 9000))
    for _ in 1...9 { cluster.arrive(Resources(1000, 1000)) }
    let one = cluster.arrive(Resources(1000, 0))
    #expect(
      cluster.reason(one).message.hasSuffix(
        "held by deployments 1, 2, 3, 4, 5 and 4 more: wait, or ask for less."))
  }
}
