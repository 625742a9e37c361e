import POSIX

/// The pipe by which a supervisor hears that its attempt has another stop order.
///
/// A named pipe, as a user has few inotify instances (128, by inotify(7)'s `max_user_instances`) and may have more attempts.
package enum StopNotification {
  static func path(_ directory: String) -> String { directory + "/bell" }

  /// Rung after the order is written. With no supervisor there, the next one reads the order when it begins.
  package static func ring(_ directory: String) { NamedPipe.nudge(path(directory)) }
}
