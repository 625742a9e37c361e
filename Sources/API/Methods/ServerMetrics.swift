import POSIX

extension Method {
  static let serverMetrics = reading("server.metrics") { call, _ in
    call.environment.metrics.object(now: UInt64(SystemClock.monotonicNanoseconds()))
  }
}
