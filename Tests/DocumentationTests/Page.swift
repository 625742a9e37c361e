import POSIX
import Testing

/// A Markdown file of the repository.
struct Page {
  /// From the repository's root.
  let path: String
  let text: String

  init(_ path: String) throws {
    self.path = path
    let bytes = try #require(try FileDescriptor.contents(of: Repository.root + "/" + path), "no \(path)")
    text = String(decoding: bytes, as: UTF8.self)
  }

  init(_ path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// What stands between `<!-- name -->` and `<!-- /name -->`.
  func block(_ name: String) throws -> String {
    let start = try #require(text.firstRange(of: "<!-- \(name) -->")).upperBound
    let end = try #require(text[start...].firstRange(of: "<!-- /\(name) -->")).lowerBound
    return String(text[start..<end])
  }

  /// Its lines outside of code.
  private var prose: [Substring] {
    var isCode = false
    return text.split(separator: "\n").filter { line in
      let isFence = line.hasPrefix("```")
      if isFence { isCode.toggle() }
      return !isCode && !isFence
    }
  }

  /// The destinations of its links, as they are written. What stands between backquotes is no link.
  var links: [String] {
    prose.flatMap { line in
      let spans = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      let words = spans.map { $0.offset.isMultiple(of: 2) ? String($0.element) : "" }.joined()
      return words.split(separator: "](", omittingEmptySubsequences: false).dropFirst()
        .map { String($0.prefix { $0 != ")" }) }
    }
  }

  /// What `#…` may name: its headings as forges spell them.
  var anchors: Set<String> {
    Set(
      prose.filter { $0.hasPrefix("#") }.map { line in
        let heading = line.drop { $0 == "#" || $0 == " " }.lowercased()
        return String(
          heading.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.map { $0 == " " ? "-" : $0 })
      })
  }

  /// The file that a link leads to, from the root; nil: outside of the repository.
  func target(of link: String) -> String? {
    let file = link.prefix { $0 != "#" }
    guard !file.isEmpty else { return path }
    var parts = path.split(separator: "/").dropLast()
    for part in file.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        return nil
      }
    }
    return parts.joined(separator: "/")
  }
}

/// The tree that these tests were built from.
enum Repository {
  static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

  /// Every Markdown file, from the root; what is built or git's own is not looked at.
  static func pages() throws -> [Page] { try pages(in: "").map { try Page($0) } }

  private static func pages(in folder: String) throws -> [String] {
    guard let directory = try? Directory(root + "/" + folder) else { return [] }
    let names = try directory.names().filter { !$0.hasPrefix(".") || $0 == ".github" }.map { folder + $0 }
    return try names.filter { $0.hasSuffix(".md") } + names.flatMap { try pages(in: $0 + "/") }
  }

  static func has(_ path: String) -> Bool {
    (try? Directory(root + "/" + path)) != nil
      || (try? FileDescriptor.contents(of: root + "/" + path)) ?? nil != nil
  }
}
