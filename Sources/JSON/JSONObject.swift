/// An object's members in the order they were written.
///
/// Objects here are small (a request, a row), so look-up is a walk; the parser has refused duplicate keys.
package struct JSONObject: Sendable {
  package struct Member: Sendable {
    package let key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  package private(set) var members: [Member]

  package init() { members = [] }
  package init(members: [Member]) { self.members = members }
  package init(_ pairs: [(String, JSONValue)]) { members = pairs.map { Member($0.0, $0.1) } }

  package var keys: [String] { members.map(\.key) }

  /// The value at `key`; setting nil removes the member.
  package subscript(_ key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(key, value))
      case (nil, nil): break
      }
    }
  }

  // A walk by index: one by element would copy, and so count references to, each member it passes.
  private func place(of key: String) -> Int? {
    members.indices.first { members[$0].key.isSameText(as: key) }
  }

  /// Appends without looking for an earlier member of the same key, which the caller rules out.
  package mutating func append(_ key: String, _ value: JSONValue) { members.append(Member(key, value)) }

  package mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }
}

extension JSONObject.Member: Equatable {
  package static func == (a: Self, b: Self) -> Bool { a.key.isSameText(as: b.key) && a.value == b.value }
}

extension JSONObject: Equatable {
  /// Equal as JSON has it: the same members in any order.
  package static func == (a: JSONObject, b: JSONObject) -> Bool {
    guard a.members.count == b.members.count else { return false }
    if a.members.elementsEqual(b.members) { return true }
    return a.members.allSatisfy { b[$0.key] == $0.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
