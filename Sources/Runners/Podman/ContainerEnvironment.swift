import Model

/// The way of a program's variables into its container: no value on a command line, which all may read.
///
/// A file holds those it can hold (one a line, as podman and docker read it); the others the engine is told to
/// hand on from its own environment. Names that mean something to the engine itself are never put there: who
/// deploys would steer a program that runs as the agent's user.
struct ContainerEnvironment: Equatable {
  /// `NAME=value`, a line each.
  private(set) var file = ""
  private(set) var inherited: [String: String] = [:]

  init(_ variables: [StringPair]) throws(RunFailure) {
    for variable in variables {
      if Self.fitsLine(variable.value) {
        file += "\(variable.key)=\(variable.value)\n"
      } else if !Self.meansSomething(variable.key) {
        inherited[variable.key] = variable.value
      } else if !variable.value.utf8.contains(where: Self.breaksLine) {
        file += "\(variable.key)=\(variable.value)\n"
      } else {
        throw RunFailure(
          exitCode: 125,
          "The variable \(variable.key) cannot have a line break in a container: give it another name, or no line break."
        )
      }
    }
  }

  private static func breaksLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// What every version of podman reads as it stands: some take quotes off, some spaces; a line has 64 KiB.
  private static func fitsLine(_ value: String) -> Bool {
    let bytes = value.utf8
    guard bytes.count < 60_000, let first = bytes.first, let last = bytes.last else { return bytes.isEmpty }
    return first > 0x20 && last > 0x20
      && !bytes.contains { breaksLine($0) || $0 == 0x22 || $0 == 0x27 || $0 == 0x60 }
  }

  private static let names: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TMP", "TEMP", "TZ", "TZDIR", "LANG", "LANGUAGE",
    "TERM", "NLSPATH", "LOCPATH", "GCONV_PATH", "HOSTALIASES", "RESOLV_HOST_CONF", "MAINPID", "BASH_ENV",
    "ENV",
    "IFS", "TEST_USERNS", "SUDO_UID",
  ]
  private static let beginnings = [
    "LD_", "LC_", "GLIBC_", "MALLOC_", "GO", "_CONTAINERS", "_OCI", "CONTAINER", "REGISTR", "DOCKER",
    "BUILDAH", "PODMAN", "STORAGE_", "CONMON", "CRUN", "RUNC", "NETAVARK", "AARDVARK", "CNI_", "XDG_",
    "DBUS_",
    "NOTIFY_", "LISTEN_", "SSL_", "SSH_", "GPG", "GNUPG", "TMP", "OCI_", "PASTA", "SLIRP", "FUSE_", "QEMU_",
    "RUST_", "IMAGE", "SIGNATURE", "KRUN", "NVIDIA_", "OTEL_", "GRPC_", "RES_", "LIBPOD", "SYSTEMD_",
    "INVOCATION_ID", "BERTH_KEEPS",
  ]

  private static func meansSomething(_ name: String) -> Bool {
    let upper = name.uppercased()
    return names.contains(upper) || beginnings.contains(where: upper.hasPrefix) || upper.hasSuffix("_PROXY")
  }
}
