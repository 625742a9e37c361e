import JSON

/// The messages that we send, written straight into bytes.
package enum Reply {
  package static func result(_ result: JSONValue, id: JSONValue) -> [UInt8] {
    var writer = JSONWriter(reserving: 256)
    writer.raw(#"{"jsonrpc":"2.0","id":"#)
    writer.write(id)
    writer.raw(#","result":"#)
    writer.write(result)
    writer.raw("}")
    return writer.bytes
  }

  package static func failure(_ error: RPCError, id: JSONValue) -> [UInt8] {
    var writer = JSONWriter(reserving: 256)
    writer.raw(#"{"jsonrpc":"2.0","id":"#)
    writer.write(id)
    writer.raw(#","error":"#)
    writer.write(error.json)
    writer.raw("}")
    return writer.bytes
  }

  package static func notification(_ method: String, params: JSONObject) -> [UInt8] {
    var writer = JSONWriter(reserving: 256)
    writer.raw(#"{"jsonrpc":"2.0","method":"#)
    writer.write(method)
    writer.raw(#","params":"#)
    writer.write(params)
    writer.raw("}")
    return writer.bytes
  }

  /// A request of ours, as a client sends it.
  package static func request(_ method: String, params: JSONObject, id: JSONValue) -> [UInt8] {
    var writer = JSONWriter(reserving: 256)
    writer.raw(#"{"jsonrpc":"2.0","id":"#)
    writer.write(id)
    writer.raw(#","method":"#)
    writer.write(method)
    writer.raw(#","params":"#)
    writer.write(params)
    writer.raw("}")
    return writer.bytes
  }
}
