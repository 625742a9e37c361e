/// The program and arguments that run a program whose user has none of inotify's instances left, or no watch
/// (user_namespaces(7), `/proc/sys/user`).
package func withoutInotify(_ what: InotifyLimit, _ program: String, _ arguments: [String]) -> (
  String, [String]
) {
  let script = "echo 0 > /proc/sys/user/max_inotify_\(what.rawValue) && exec \"$0\" \"$@\""
  return ("/usr/bin/unshare", ["-Ur", "/bin/sh", "-c", script, program] + arguments)
}

package enum InotifyLimit: String, Sendable, CaseIterable {
  case instances
  case watches
}
