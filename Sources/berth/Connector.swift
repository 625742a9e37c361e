import API
import CLI
import JSON
import POSIX
import Transport

/// The way to a server: the daemon at the socket, or, where none answers, the data directory directly.
struct Connector {
  let place: ServerLocation

  init(_ options: GlobalOptions) throws(CallFailure) { place = try ServerLocation(options) }

  func connect() throws(CallFailure) -> any CLI.Client {
    let token = ThisProcess.environment("BERTH_TOKEN") ?? KeptTokens.token(for: place.key)
    do throws(LineClient.Failure) {
      return SocketClient(try LineClient(connectingTo: place.socket, timeoutSeconds: 600), token: token)
    } catch {
      guard !place.isRemote else { throw .unreachable("\(error)") }
      return try LocalClient(place.dataDirectory, token: token)
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
