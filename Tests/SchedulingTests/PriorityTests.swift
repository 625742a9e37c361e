import Model
import Scheduling
import Testing

@Suite struct PriorityTests {
  @Test func `the default strategy is in the catalog`() {
    #expect(StrategyCatalog.strategy(named: "priority")?.name == StrategyCatalog.standard.name)
    #expect(StrategyCatalog.strategy(named: "nonsense") == nil)
    #expect(Set(StrategyCatalog.all.map(\.name)).count == StrategyCatalog.all.count)
  }

  @Test func `the walk: two share a GPU, the third waits, an end starts it, a higher priority preempts`() {
    var cluster = Driven(Resources(8000, 16_000, 1000))
    for _ in 1...3 { cluster.arrive(Resources(1000, 2000, 500)) }
    #expect(cluster.running == [1, 2])
    cluster.end(1)
    #expect(cluster.running == [2, 3])
    let urgent = cluster.arrive(Resources(1000, 2000, 500), priority: 90)
    // Both lost nothing yet and are equal; the lower id is spared.
    #expect(cluster.running == [2, urgent])
    #expect(cluster.deployments[3]!.preemptions == 1)
    cluster.end(urgent)
    #expect(cluster.running == [2, 3])
  }

  @Test func `a point of priority counts as ten minutes of waiting`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 100, preemptible: false)
    let old = cluster.arrive(Resources(1000, 1000), priority: 50, preemptible: false)
    cluster.wait(599)
    let young = cluster.arrive(Resources(1000, 1000), priority: 51)
    #expect(cluster.snapshot.position(of: cluster.deployments[young]!) == 0)
    cluster.wait(2)
    let younger = cluster.arrive(Resources(1000, 1000), priority: 51)
    #expect(cluster.snapshot.position(of: cluster.deployments[old]!) == 1)
    #expect(cluster.snapshot.position(of: cluster.deployments[younger]!) == 2)
    #expect(cluster.snapshot.position(of: cluster.deployments[1]!) == nil)
  }

  @Test func `a preempted deployment comes back with the age it had`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 10)
    cluster.wait(100)
    cluster.arrive(Resources(1000, 1000), priority: 10)
    cluster.arrive(Resources(1000, 1000), priority: 20)
    #expect(cluster.running == [3])
    #expect(cluster.snapshot.position(of: cluster.deployments[1]!) == 0)
    cluster.end(3)
    #expect(cluster.running == [1])
  }

  @Test func `what fits starts although others before it wait`() {
    var cluster = Driven(Resources(4000, 4000))
    cluster.arrive(Resources(3000, 1000))
    let large = cluster.arrive(Resources(4000, 4000))
    let small = cluster.arrive(Resources(1000, 1000))
    #expect(cluster.running == [1, small])
    cluster.end(1)
    #expect(cluster.attempt(large) == nil)
    cluster.end(small)
    #expect(cluster.running == [large])
  }

  @Test func `a start is not undone in the same instant`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 100, preemptible: false)
    let aged = cluster.arrive(Resources(1000, 1000), priority: 10)
    cluster.wait(100 * 600)
    let urgent = cluster.arrive(Resources(1000, 1000), priority: 90)
    #expect(cluster.snapshot.position(of: cluster.deployments[aged]!) == 0)
    cluster.end(1)
    #expect(cluster.running == [urgent])
    #expect(cluster.deployments[aged]!.preemptions == 0)
  }

  @Test func `an aged deployment that would not give way goes before a higher priority`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 100, preemptible: false)
    let aged = cluster.arrive(Resources(1000, 1000), priority: 10, minRuntime: 60)
    cluster.wait(100 * 600)
    cluster.arrive(Resources(1000, 1000), priority: 90)
    cluster.end(1)
    #expect(cluster.running == [aged])
  }

  @Test func `min_runtime protects, and the plan says when it ends`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 10, minRuntime: 30)
    cluster.wait(10)
    #expect(cluster.wakeAt == nil)
    let urgent = cluster.arrive(Resources(1000, 1000), priority: 90)
    #expect(cluster.running == [1])
    #expect(cluster.wakeAt == Rows.epoch + 30)
    cluster.wait(19.999)
    #expect(cluster.running == [1])
    cluster.wait(0.001)
    #expect(cluster.running == [urgent])
  }

  @Test func `nobody gives way to an equal, and the unpreemptible to nobody`() {
    var cluster = Driven(Resources(2000, 2000))
    cluster.arrive(Resources(1000, 1000), priority: 50)
    cluster.arrive(Resources(1000, 1000), priority: 0, preemptible: false)
    cluster.arrive(Resources(1000, 1000), priority: 50)
    #expect(cluster.running == [1, 2])
    cluster.reprioritize(3, to: 51)
    #expect(cluster.running == [2, 3])
  }

  @Test func `a running deployment whose priority falls gives way`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 60)
    cluster.arrive(Resources(1000, 1000), priority: 50)
    cluster.reprioritize(1, to: 40)
    #expect(cluster.running == [2])
  }

  @Test func `the lowest priority gives way before the least work, and the least work before the fewest`() {
    var cluster = Driven(Resources(4000, 4000))
    cluster.arrive(Resources(2000, 1000), priority: 10)
    cluster.wait(1000)
    cluster.arrive(Resources(2000, 1000), priority: 20)
    let first = cluster.arrive(Resources(2000, 1000), priority: 90)
    #expect(cluster.running == [2, first])
    cluster = Driven(Resources(4000, 4000))
    cluster.arrive(Resources(2000, 1000), priority: 10)
    cluster.wait(1000)
    cluster.arrive(Resources(1000, 500), priority: 10)
    cluster.arrive(Resources(1000, 500), priority: 10)
    cluster.wait(1)
    let second = cluster.arrive(Resources(2000, 1000), priority: 90)
    #expect(cluster.running == [1, second])
  }

  @Test func `best-fit leaves the large room alone`() {
    var cluster = Driven(Resources(8000, 8000, 2000), Resources(2000, 2000), Resources(2000, 2000))
    cluster.arrive(Resources(1000, 1000))
    #expect(cluster.node(1) == 2)
    cluster.arrive(Resources(2000, 2000))
    #expect(cluster.node(2) == 3)
    cluster.arrive(Resources(1000, 1000, 500))
    #expect(cluster.node(3) == 1)
  }

  @Test func `draining and managed nodes take nothing, not even by preemption`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 10)
    cluster.drain(1)
    cluster.put(Rows.node(2, Resources(1000, 1000), managed: true))
    let urgent = cluster.arrive(Resources(1000, 1000), priority: 90)
    #expect(cluster.running == [1])
    cluster.drain(1, false)
    #expect(cluster.running == [urgent])
  }

  @Test func `a paused cluster starts and preempts nothing, and catches up`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 10)
    cluster.pause(true)
    let urgent = cluster.arrive(Resources(1000, 1000), priority: 90)
    #expect(cluster.running == [1])
    cluster.pause(false)
    #expect(cluster.running == [urgent])
  }
}
