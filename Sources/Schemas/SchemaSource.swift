import JSON

/// The place of a schema: a file and a JSON Pointer into it.
struct SchemaLocation: Hashable, Sendable {
  let file: String
  let pointer: String

  func appending(_ key: String) -> SchemaLocation {
    SchemaLocation(file: file, pointer: pointer + "/" + JSONPointer.escaped(key))
  }

  var text: String { "\(file)#\(pointer)" }
}

/// The files a schema may refer to.
package struct SchemaFiles: Sendable {
  private let parsed: @Sendable (String) throws -> JSONValue?

  /// `parsed` answers nil for a file that does not exist.
  package init(_ parsed: @escaping @Sendable (String) throws -> JSONValue?) { self.parsed = parsed }

  package static let none = SchemaFiles { _ in nil }

  /// The file `name` written in the file `base`: beside it, or from the top of schemas/.
  func find(_ name: String, from base: String) throws -> (name: String, json: JSONValue)? {
    let folder = base.lastIndex(of: "/").map { base[...$0] } ?? ""
    for candidate in [folder + name, name] {
      if let json = try parsed(candidate) { return (candidate, json) }
    }
    return nil
  }
}

enum JSONPointer {
  static func escaped(_ key: String) -> String {
    guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
    var result = ""
    for scalar in key.unicodeScalars {
      switch scalar {
      case "~": result += "~0"
      case "/": result += "~1"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The keys of a pointer written as a URI fragment; nil when it is not one.
  static func keys(ofFragment fragment: Substring) -> [String]? {
    guard fragment.isEmpty || fragment.first == "/" else { return nil }
    guard let pointer = percentDecoded(fragment) else { return nil }
    return pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { unescaped($0) }
  }

  static func value(at keys: [String], in json: JSONValue) -> JSONValue? {
    var value = json
    for key in keys {
      switch value {
      case .object(let object):
        guard let member = object[key] else { return nil }
        value = member
      case .array(let items):
        guard let index = Int(key), items.indices.contains(index) else { return nil }
        value = items[index]
      case .null, .bool, .number, .string: return nil
      }
    }
    return value
  }

  private static func unescaped(_ key: Substring) -> String {
    var result = ""
    var rest = key[...]
    while let tilde = rest.firstIndex(of: "~") {
      result += rest[..<tilde]
      rest = rest[rest.index(after: tilde)...]
      result += rest.first == "1" ? "/" : "~"
      rest = rest.dropFirst()
    }
    return result + rest
  }

  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16), rest.count >= 2 else { return nil }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
