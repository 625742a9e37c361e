import Glibc
import POSIX
import RPC
import Transport

// WireEcho stdio | socket PATH [gid]: a server of a few toy methods, for the tests of the event loop.

Signals.ignoreFailedWrites()

func fail(_ reason: String) -> Never {
  let line = Array("\(reason)\n".utf8)
  _ = write(2, line, line.count)
  exit(1)
}

func serve() throws -> Int32 {
  let arguments = CommandLine.arguments
  guard arguments.count > 1, let kind = TransportCatalog.chosen({ $0 == arguments[1] }).first
  else {
    fail("usage: WireEcho stdio | socket PATH [GID]")
  }
  var settings = TransportSettings()
  settings.values["socket"] = arguments.count > 2 ? arguments[2] : nil
  settings.values["allow_gid"] = arguments.count > 3 ? arguments[3] : nil
  let signals = try Signals([SIGTERM, SIGINT])
  var limits = TransportLimits()
  // A hundredth of the real ones: what is tested is that they hold.
  limits.slowQueue = 16 << 10
  limits.fullQueue = 256 << 10
  let loop = try EventLoop(handler: try ToyHandler(), signals: signals, limits: limits)
  let transport = try kind.init(settings)
  try transport.open(in: loop)
  defer { transport.close() }
  return try loop.run() == .handlerFailed ? 3 : 0
}

do { exit(try serve()) } catch { fail("\(error)") }
