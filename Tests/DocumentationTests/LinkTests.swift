import Testing

/// Pages are read on a forge or in an editor: links are relative paths, and each leads somewhere.
struct LinkTests {
  @Test func `every link of every page leads to a file, and to a heading of it`() throws {
    let pages = try Repository.pages()
    #expect(pages.count > 10)
    let dead = try pages.flatMap(Self.dead)
    #expect(dead == [])
  }

  @Test func `the README is short, and links every page`() throws {
    let readme = try Page("README.md")
    #expect(readme.text.utf8.count <= 10_000)
    let linked = Set(readme.links.compactMap(readme.target))
    let unlinked = try Repository.pages().map(\.path).filter { $0 != readme.path && !linked.contains($0) }
    #expect(unlinked == [])
  }

  @Test(arguments: [
    ("[a](Nowhere.md)", "Nowhere.md"), ("[a](../../../../x.md)", "../../../../x.md"),
    ("[a](#nothing)", "#nothing"), ("[a](README.md#nothing)", "README.md#nothing"),
    ("## A `b_c` D\n[a](#a-b-c-d)", "#a-b-c-d"), ("`[a](x)` and [b](y)", "y"),
    ("[a](doc:Guide)", "doc:Guide"),
    ("```\n[a](x)\n```\n[b](z)", "z"),
  ])
  func `a dead link is found`(text: String, link: String) throws {
    #expect(try Self.dead(in: Page("page.md", text: text)) == ["page.md: \(link)"])
  }

  @Test func `a live link is not`() throws {
    let text = "## A `b_c`, D\n[a](#a-b_c-d) [b](README.md#pages) [c](Sources/API) [d](https://swift.org)"
    #expect(try Self.dead(in: Page("page.md", text: text)) == [])
  }

  private static func dead(in page: Page) throws -> [String] {
    try page.links.filter { try !leads($0, from: page) }.map { "\(page.path): \($0)" }
  }

  private static func leads(_ link: String, from page: Page) throws -> Bool {
    guard !link.hasPrefix("https://") else { return true }
    guard let target = page.target(of: link) else { return false }
    let anchor = link.split(separator: "#", omittingEmptySubsequences: false).dropFirst().first
    guard let anchor else { return Repository.has(target) }
    guard target != page.path else { return page.anchors.contains(String(anchor)) }
    return try Repository.has(target) && Page(target).anchors.contains(String(anchor))
  }
}
