/// The person's side: standard input, output and error.
package protocol Terminal {
  /// Columns of the screen; looked at only when `outputIsTerminal`.
  var columns: Int { get }
  var outputIsTerminal: Bool { get }
  /// False once nobody reads what is written.
  var outputIsRead: Bool { get }
  var inputIsTerminal: Bool { get }
  /// False when NO_COLOR is set, to anything but the empty text (no-color.org).
  var allowsColor: Bool { get }

  /// A line of standard input without its LF; nil at the end.
  func readLine() -> String?
  /// A line typed without echo behind `prompt`; nil at the end. Asked only when `inputIsTerminal`.
  func readSecret(_ prompt: String) -> String?
  func write(_ text: String)
  func writeError(_ text: String)
}
