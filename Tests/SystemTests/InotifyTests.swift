import JSON
import TestSupport
import Testing

/// A server whose user's inotify is used up looks for itself, a little later.
struct InotifyTests {
  @Test(arguments: InotifyLimit.allCases)
  func `events and ends made by others, and output, are told without inotify`(lacking: InotifyLimit) throws {
    try withFixture { fixture in
      var settings = ServerProcess.Settings(.stdio)
      settings.lacking = lacking
      let poller = try fixture.sandbox.serve(settings).connect()
      try poller.logIn("bob")
      try poller.call("events.subscribe", ["types": ["deployment.finished"]])
      let id = try fixture.bob.deploy().at("id").int ?? 0
      let waiting = try poller.send("deployments.get", ["deployment_id": .int(id), "wait_seconds": 60])
      try poller.call("server.ping")
      try fixture.alice.change("complete", id)
      #expect(try poller.nextEvent()?.at("data", "deployment_id").int == id)
      #expect(
        try poller.answer(to: waiting, of: "deployments.get").at("deployment", "status") == "completed")
    }
  }

  @Test(arguments: InotifyLimit.allCases)
  func `followed output comes without inotify`(lacking: InotifyLimit) throws {
    try withNode { place in
      var settings = ServerProcess.Settings(.stdio)
      settings.lacking = lacking
      let poller = try place.sandbox.serve(settings).connect()
      try poller.logIn("alice")
      let id = try place.run()
      let writer = place.writer(id)
      let follow = try poller.send("deployments.logs", ["deployment_id": .int(id), "follow": true])
      try poller.call("server.ping")
      for text in ["one", "two"] {
        writer.append(Array(text.utf8))
        #expect(try poller.nextLog()?.at("text").string == text)
      }
      try place.end(id)
      #expect(try poller.answer(to: follow, of: "deployments.logs").at("ended") == true)
    }
  }

  @Test func `a process has one instance`() throws {
    try withFixture { fixture in
      let id = try fixture.bob.deploy().at("id")
      let follow = try fixture.bob.send("deployments.logs", ["deployment_id": id, "follow": true])
      try fixture.bob.call("server.ping")
      #expect(try fixture.server.inotifyCount == 1)
      try fixture.bob.change("complete", id.int ?? 0)
      _ = try fixture.bob.answer(to: follow, of: "deployments.logs")
    }
  }
}
