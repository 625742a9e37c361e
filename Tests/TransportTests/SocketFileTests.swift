import Glibc
import POSIX
import Testing

@testable import Transport

@Test func `the socket is for its owner alone`() throws {
  try withSocketPath { path in
    let file = try SocketFile(at: path, group: nil)
    #expect(mode(path) == 0o600)
    file.remove()
    #expect(access(path, F_OK) != 0)
  }
}

@Test func `a group may be let in`() throws {
  try withSocketPath { path in
    let file = try SocketFile(at: path, group: getegid())
    #expect(mode(path) == 0o660)
    file.remove()
  }
}

@Test func `a socket its server left behind is taken over, one in use is not`() throws {
  try withSocketPath { path in
    do {
      let server = try EchoProcess.onSocket(path)
      let error = #expect(throws: TransportError.self) { try SocketFile(at: path, group: nil) }
      #expect(error?.description.contains("Another server") ?? false)
      server.signal(SIGKILL)
      #expect(try server.exitCode() == -SIGKILL)
    }
    #expect(access(path, F_OK) == 0)
    let file = try SocketFile(at: path, group: nil)
    file.remove()
  }
}

@Test func `a live socket is left alone though its lock is free`() throws {
  try withSocketPath { path in
    let listener = try UnixSocket.listen(at: path, mode: 0o600)
    #expect(throws: TransportError.self) { try SocketFile(at: path, group: nil) }
    #expect(access(path, F_OK) == 0 && listener.number > 0)
  }
}

@Test func `only a socket that is still ours is removed`() throws {
  try withSocketPath { path in
    let file = try SocketFile(at: path, group: nil)
    unlink(path)
    let other = try UnixSocket.listen(at: path, mode: 0o600)
    file.remove()
    #expect(access(path, F_OK) == 0 && other.number > 0)
  }
}

@Test func `what is not a socket is left alone`() throws {
  try withSocketPath { path in
    close(open(path, O_CREAT | O_WRONLY, 0o600))
    let error = #expect(throws: TransportError.self) { try SocketFile(at: path, group: nil) }
    #expect(error?.description.contains("not a socket") ?? false)
  }
}

@Test func `a path that is too long is refused with what to do`() {
  let path = "/tmp/" + String(repeating: "x", count: 200)
  let error = #expect(throws: TransportError.self) { try SocketFile(at: path, group: nil) }
  #expect(error?.description.contains("--socket") ?? false)
  let missing = #expect(throws: TransportError.self) { try SocketFile(at: "/nonexistent/s", group: nil) }
  #expect(missing?.description.contains("does not exist") ?? false)
}

@Test func `nobody at the path is told as such`() throws {
  try withSocketPath { path in
    let error = #expect(throws: LineClient.Failure.self) { try LineClient(connectingTo: path) }
    #expect(error?.description == "Cannot connect to \(path): No such file or directory.")
  }
}

private func mode(_ path: String) -> mode_t? {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}
