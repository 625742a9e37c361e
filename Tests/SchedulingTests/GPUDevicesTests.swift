import Model
import TestSupport
import Testing

@testable import Scheduling

@Suite struct GPUDevicesTests {
  private func devices(_ gpu: Int, taken: [(Int, Int)] = []) -> GPUDevices {
    var devices = GPUDevices(Resources(0, 0, gpu))
    devices.take(shares(taken))
    return devices
  }

  private func shares(_ pairs: [(Int, Int)]) -> [GPUShare] {
    pairs.map { GPUShare(index: $0.0, share: Thousandths($0.1)) }
  }

  @Test func `a whole GPU needs an untouched device`() {
    let half = devices(2000, taken: [(0, 500), (1, 1)])
    #expect(half.choose(.one) == nil)
    #expect(half.largest == Thousandths(999))
    #expect(devices(2000, taken: [(0, 500)]).choose(.one) == shares([(1, 1000)]))
  }

  @Test func `1.5 is one whole device and half of another`() {
    #expect(devices(2000).choose(Thousandths(1500)) == shares([(0, 500), (1, 1000)]))
    #expect(devices(2000, taken: [(1, 500)]).choose(Thousandths(1500)) == shares([(0, 1000), (1, 500)]))
    #expect(devices(2000, taken: [(1, 600)]).choose(Thousandths(1500)) == nil)
    #expect(devices(1000).choose(Thousandths(1500)) == nil)
  }

  @Test func `a share is never cut over two devices`() {
    let two = devices(2000, taken: [(0, 600), (1, 600)])
    #expect(two.sum == Thousandths(800))
    #expect(two.choose(Thousandths(500)) == nil)
    #expect(two.choose(Thousandths(400)) == shares([(0, 400)]))
  }

  @Test func `a node of 2.5 has two whole devices and half of one`() {
    #expect(devices(2500).free == [.one, .one, Thousandths(500)])
    #expect(devices(2500).choose(.whole(3)) == nil)
    #expect(devices(2500).choose(Thousandths(2500)) == shares([(0, 1000), (1, 1000), (2, 500)]))
    #expect(devices(2500).choose(Thousandths(2600)) == nil)
    // The half device serves shares first: whole ones stay untouched.
    #expect(devices(2500).choose(Thousandths(300)) == shares([(2, 300)]))
    #expect(devices(500).choose(.one) == nil)
  }

  @Test func `a share goes where least is left, the lowest index of equals`() {
    let worn = devices(4000, taken: [(0, 300), (1, 600), (2, 600)])
    #expect(worn.choose(Thousandths(400)) == shares([(1, 400)]))
    #expect(worn.choose(Thousandths(500)) == shares([(0, 500)]))
    #expect(worn.choose(Thousandths(800)) == shares([(3, 800)]))
    #expect(worn.choose(.zero) == [])
  }

  /// What `FreeCapacity` rests on: one number says which requests fit.
  @Test func `the largest request tells exactly what fits`() {
    var random = SeededRandom(seed: 7)
    for _ in 0..<300 {
      var devices = GPUDevices(Resources(0, 0, random.pick([500, 1000, 2500, 3000, 3700])))
      for index in devices.free.indices where random.chance(60) {
        let share = Thousandths(Int.random(in: 0...devices.free[index].value, using: &random))
        devices.take([GPUShare(index: index, share: share)])
      }
      for gpu in stride(from: 0, through: 4000, by: 100) {
        let canServe = !Facts().assignments(gpu, devices.free.map(\.value)).isEmpty
        #expect(canServe == (Thousandths(gpu) <= devices.largest), "\(gpu) of \(devices.free)")
        #expect(canServe == (devices.choose(Thousandths(gpu)) != nil))
      }
    }
  }

  @Test func `what was taken comes back`() {
    var devices = devices(2500)
    let chosen = devices.choose(Thousandths(1700))!
    devices.take(chosen)
    #expect(devices != self.devices(2500))
    devices.give(chosen)
    #expect(devices == self.devices(2500))
  }
}
