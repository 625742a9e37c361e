import Glibc

/// The clock that leases are measured by: it counts while the machine sleeps, and starts anew with it.
package enum BootClock {
  /// Seconds since the machine was started, those asleep included (CLOCK_BOOTTIME); nobody can set it.
  package static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Names this run of the machine: times of another are not compared with its own (random(4), proc_sys_kernel(5)).
  package static let bootID: String =
    String((KernelFile.text("/proc/sys/kernel/random/boot_id") ?? "").prefix { $0 > " " })
}
