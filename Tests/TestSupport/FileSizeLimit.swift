/// The program and arguments that run a program where no file may have more than so many bytes (RLIMIT_FSIZE, the soft
/// limit); a multiple of 1024.
package func withFileSizeLimit(_ bytes: Int, _ program: String, _ arguments: [String]) -> (String, [String]) {
  ("/bin/bash", ["-c", "ulimit -S -f \(bytes / 1024); exec \"$0\" \"$@\"", program] + arguments)
}
