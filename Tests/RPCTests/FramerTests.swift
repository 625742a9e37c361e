import Testing

@testable import RPC

/// The events of a stream that arrives in pieces of `size` bytes and then ends.
private func events(_ stream: String, limit: Int = 100, size: Int) -> [Framer.Event] {
  events(Array(stream.utf8), limit: limit, size: size)
}

private func events(_ stream: [UInt8], limit: Int = 100, size: Int) -> [Framer.Event] {
  var framer = Framer(limit: limit)
  var events: [Framer.Event] = []
  for start in stride(from: 0, to: stream.count, by: size) {
    framer.append(Array(stream[start..<min(start + size, stream.count)]))
    while let event = framer.next() { events.append(event) }
  }
  if let last = framer.finish() { events.append(last) }
  return events
}

private func messages(_ texts: String...) -> [Framer.Event] { texts.map { .message(Array($0.utf8)) } }

/// In whatever pieces the stream arrives, the events are the same.
private let sizes = [1, 2, 3, 7, 1000]

@Test(arguments: sizes)
func `lines end with LF or CRLF, blank ones are nothing, the last needs no end`(size: Int) {
  #expect(events("{1}\n{2}\r\n\n \t\r\n{3}", size: size) == messages("{1}", "{2}", "{3}"))
  #expect(events("\n\r\n", size: size) == [])
  #expect(events("", size: size) == [])
  #expect(events("{1}\n  \t", size: size) == messages("{1}"))
}

@Test(arguments: sizes)
func `a byte order mark at the start is passed over, and only there`(size: Int) {
  #expect(events("\u{FEFF}{1}\n", size: size) == messages("{1}"))
  #expect(events("\u{FEFF}", size: size) == [])
  #expect(events("{1}\n\u{FEFF}{2}\n", size: size) == messages("{1}", "\u{FEFF}{2}"))
  #expect(events([0xEF, 0xBB, 0x0A], size: size) == [.message([0xEF, 0xBB])])
}

@Test(arguments: sizes)
func `a line that is too long is told once and the next is read`(size: Int) {
  let long = String(repeating: "x", count: 25)
  #expect(
    events("{1}\n\(long)\n{2}\n", limit: 10, size: size) == [
      messages("{1}")[0], .oversized, messages("{2}")[0],
    ])
  #expect(events("\(long)", limit: 10, size: size) == [.oversized])
  #expect(
    events("\(long)\n\(long)\n{2}", limit: 10, size: size) == [.oversized, .oversized] + messages("{2}"))
}

@Test(arguments: sizes)
func `the limit is the line without its end`(size: Int) {
  #expect(events("0123456789\n", limit: 10, size: size) == messages("0123456789"))
  #expect(events("0123456789\r\n", limit: 10, size: size) == messages("0123456789"))
  #expect(events("0123456789a\n", limit: 10, size: size) == [.oversized])
  #expect(events("0123456789a\r\n", limit: 10, size: size) == [.oversized])
}

@Test(arguments: sizes)
func `content length frames carry any bytes, in either case, with other headers`(size: Int) {
  let stream =
    "Content-Length: 3\r\n\r\n{1}content-length:4\nContent-Type: x\n\n{\n2}\r\n\r\nCONTENT-LENGTH:  3 \r\n\r\n{3}"
  #expect(events(stream, size: size) == messages("{1}", "{\n2}", "{3}"))
  #expect(events("\u{FEFF}\r\n Content-Type: x\r\nContent-Length: 2\r\n\r\n{}", size: size) == messages("{}"))
}

@Test(arguments: sizes)
func `a body that is too long is told once and passed over`(size: Int) {
  let stream = "Content-Length: 25\r\n\r\n\(String(repeating: "x", count: 25))Content-Length: 2\r\n\r\n{}"
  #expect(events(stream, limit: 10, size: size) == [.oversized] + messages("{}"))
}

@Test(arguments: [
  "Content-Length: x\r\n\r\n{1}", "Content-Length:\r\n\r\n{1}", "Content-Length: -3\r\n\r\n{1}",
  "Content-Length: 99999999999999999999\r\n\r\n{1}", "Content-Type: 3\r\n\r\n{1}",
  "Content-Length: 3\r\nContent-Length: 4\r\n\r\n{1}", "Connect me\n\n",
])
func `bad headers are told once and the next good ones are found`(bad: String) {
  for size in sizes {
    let events = events(bad + "Content-Length: 2\r\n\r\n{}", size: size)
    #expect(events.count == 2 && events.last == messages("{}")[0], "\(events)")
    guard case .malformed = events.first else {
      Issue.record("\(events)")
      continue
    }
  }
}

@Test func `headers without end are bounded`() {
  let endless = "Content-Length: 2\r\nX: " + String(repeating: "y", count: 20_000)
  var framer = Framer(limit: 100)
  var found: [Framer.Event] = []
  for byte in endless.utf8 {
    framer.append([byte])
    while let event = framer.next() { found.append(event) }
  }
  #expect(found.count == 1)
  framer.append(Array("\r\n\r\nContent-Length: 2\r\n\r\n{}".utf8))
  while let event = framer.next() { found.append(event) }
  #expect(found.last == messages("{}")[0])
}

@Test func `an end inside a message is told`() {
  #expect(events("Content-Length: 5\r\n\r\n{1}", size: 100).count == 1)
  #expect(events("Content-Le", size: 100).count == 1)
  #expect(events("Content-Length: 3\r\n\r\n{1}\r\n", size: 100) == messages("{1}"))
}

@Test func `frames are read back`() {
  for framing in [Framing.lines, .contentLength] {
    var bytes: [UInt8] = []
    framing.frame(Array("{1}".utf8), into: &bytes)
    framing.frame(Array("{22}".utf8), into: &bytes)
    #expect(events(bytes, size: 5) == messages("{1}", "{22}"))
  }
}

@Test func `a byte is found at every place of a word`() {
  for length in 0..<40 {
    for place in 0..<length {
      var bytes = [UInt8](repeating: 0x8A, count: length)
      bytes[place] = 0x0A
      if place + 1 < length { bytes[place + 1] = 0x0B }
      #expect(bytes.withUnsafeBytes { ByteSearch.firstIndex(of: 0x0A, in: $0) } == place)
    }
    let none = [UInt8](repeating: 0x0B, count: length)
    #expect(none.withUnsafeBytes { ByteSearch.firstIndex(of: 0x0A, in: $0) } == nil)
  }
}

@Test(arguments: [
  "POST / HTTP/1.1\r\nHost: x\r\n\r\n{1}\n", "GET /a?b=c HTTP/1.0\n\n{1}\n",
  "\r\nM-SEARCH * HTTP/1.1\r\n{1}\n",
  "CONNECT a:1 HTTP/1.1\r\nContent-Length: 3\r\n\r\n{1}", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{1}\n",
  "POST /\(String(repeating: "x", count: 9000)) HTTP/1.1\r\n\r\n{1}\n{2}\n",
])
func `HTTP is told once, and nothing of it is a message`(request: String) {
  for size in sizes { #expect(events(request, limit: 10_000, size: size) == [.http]) }
}

@Test(arguments: sizes)
func `a first line that only resembles HTTP's is a line`(size: Int) {
  for line in ["GET", "GET x", "POST / HTTP", "post / HTTP/1.1", "{\"a\": \"GET / HTTP/1.1", "-1 HTTP/1.1"] {
    #expect(events(line + "\n{1}\n", size: size) == messages(line, "{1}"), "\(line)")
    #expect(events(line, size: size) == messages(line))
  }
  // Behind the first line a connection is known for what it is.
  #expect(events("{1}\nGET / HTTP/1.1\n", size: size) == messages("{1}", "GET / HTTP/1.1"))
}
