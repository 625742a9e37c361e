import API
import CLI
import JSON
import POSIX
import Transport

/// The way to a server: the daemon at the socket, or, where none answers, the data directory directly.
struct Connector {
  let place: ServerLocation

  init(_ options: GlobalOptions) throws(CallFailure) { place = try ServerLocation(options) }

  func connect(for method: String) throws(CallFailure) -> any CLI.Client {
    let token = try place.token()
    do throws(LineClient.Failure) {
      return SocketClient(
        try LineClient(connectingTo: place.socket, timeoutSeconds: SocketClient.patience), token: token)
    } catch {
      guard !place.isRemote else { throw .unreachable("\(error)") }
      // A new directory holds nobody's data but whose who registers: any other method meant one that is there.
      return try LocalClient(
        place.dataDirectory, token: token, create: method == "auth.register")
    }
  }
}

/// The token that is at hand, for what needs one and brings none.
struct Credentials {
  let token: String?

  func added(to params: JSONObject, of method: String) -> JSONObject {
    guard let token, params["token"] == nil, MethodCatalog.named(method)?.scope != nil else { return params }
    var params = params
    params.append("token", .string(token))
    return params
  }
}
