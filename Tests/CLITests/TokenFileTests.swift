import JSON
import Testing

@testable import CLI

@Test func `a token is kept, found and forgotten by its place`() throws {
  var file = TokenFile()
  file.keep("abc", of: "alice", for: "/data")
  file.keep("def", of: "bob", for: "/run/berth.sock")
  file.keep("xyz", of: "alice", for: "/data")
  let read = try TokenFile(try JSONParser.parse(file.json.text))
  #expect(read == file)
  #expect(read.token(for: "/data") == "xyz")
  #expect(read.json["tokens"]?["/run/berth.sock"]?["username"] == "bob")
  #expect(read.token(for: "/other") == nil)
  file.forget("/data")
  #expect(file.token(for: "/data") == nil)
  #expect(file.token(for: "/run/berth.sock") == "def")
}

@Test func `a token file of another kind is refused, what is not ours in it kept`() throws {
  #expect(throws: TokenFile.Defect.notATokenFile) { try TokenFile([]) }
  #expect(throws: TokenFile.Defect.newerFormat(2)) { try TokenFile(["format": 2, "tokens": [:]]) }
  var file = try TokenFile(["format": 1, "note": "mine", "tokens": [:]])
  file.keep("abc", of: "alice", for: "/data")
  #expect(file.json["note"] == "mine")
}
