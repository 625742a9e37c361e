/// A quantity in thousandths of its unit, so that sums never drift.
package struct Thousandths: Hashable, Comparable, Sendable, AdditiveArithmetic {
  package let value: Int

  package init(_ value: Int) { self.value = value }

  package static let zero = Thousandths(0)
  /// One core, one GiB, one device.
  package static let one = Thousandths(1000)

  package static func whole(_ count: Int) -> Thousandths { Thousandths(count * 1000) }

  package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
  package static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
  package static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
}

/// An amount of a machine: cores, GiB and GPU devices.
package struct Resources: Hashable, Sendable, AdditiveArithmetic {
  package var cpu: Thousandths
  package var ram: Thousandths
  package var gpu: Thousandths

  package init(cpu: Thousandths, ram: Thousandths, gpu: Thousandths) {
    self.cpu = cpu
    self.ram = ram
    self.gpu = gpu
  }

  package static let zero = Resources(cpu: .zero, ram: .zero, gpu: .zero)

  package static func + (a: Self, b: Self) -> Self {
    Self(cpu: a.cpu + b.cpu, ram: a.ram + b.ram, gpu: a.gpu + b.gpu)
  }

  package static func - (a: Self, b: Self) -> Self {
    Self(cpu: a.cpu - b.cpu, ram: a.ram - b.ram, gpu: a.gpu - b.gpu)
  }

  /// True when no part is larger than the other's. Says nothing about single GPU devices.
  package func fits(in other: Resources) -> Bool { cpu <= other.cpu && ram <= other.ram && gpu <= other.gpu }
}

/// Some of one GPU device: `share` is .one for the whole of it.
package struct GPUShare: Hashable, Sendable {
  package let index: Int
  package let share: Thousandths

  package init(index: Int, share: Thousandths) {
    self.index = index
    self.share = share
  }
}
