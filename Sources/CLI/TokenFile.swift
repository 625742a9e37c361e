import JSON

/// The tokens that `berth login` keeps: `~/.config/berth/tokens.json`, mode 0600, one for each data directory
/// or socket. Reading and writing the file is the caller's.
package struct TokenFile: Equatable, Sendable {
  package static let format = 1

  package enum Defect: Error, Equatable, Sendable {
    /// Not an object with `format` and `tokens`.
    case notATokenFile
    case newerFormat(Int)
  }

  private var document: JSONObject

  /// No tokens yet.
  package init() { document = ["format": .int(Self.format), "tokens": [:]] }

  /// Members that are not ours are kept as they are.
  package init(_ value: JSONValue) throws(Defect) {
    guard let object = value.object, let format = object["format"]?.int, object["tokens"]?.object != nil
    else {
      throw .notATokenFile
    }
    guard format <= Self.format else { throw .newerFormat(format) }
    document = object
  }

  package var json: JSONValue { .object(document) }

  private var tokens: JSONObject {
    get { document["tokens"]?.object ?? [:] }
    set { document["tokens"] = .object(newValue) }
  }

  /// `place` is the absolute path of a data directory or a socket.
  package func token(for place: String) -> String? { tokens[place]?["token"]?.string }

  package mutating func keep(_ token: String, of username: String, for place: String) {
    tokens[place] = ["token": .string(token), "username": .string(username)]
  }

  package mutating func forget(_ place: String) { tokens[place] = nil }
}
