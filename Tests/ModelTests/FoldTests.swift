import JSON
import Model
import TestSupport
import Testing

@Test func `every event comes back from the journal as it went in`() throws {
  for event in SampleRows.events {
    let back = try Event(type: event.type, data: event.data)
    #expect(back.type == event.type)
    #expect(back.data == event.data)
  }
  #expect(Set(SampleRows.events.map(\.type)).count == SampleRows.events.count, "a type stands for one event")
}

@Test func `an unknown type and a missing field are refused by name`() {
  #expect(throws: ModelError.unknownEvent("user.vanished")) { try Event(type: "user.vanished", data: [:]) }
  #expect(throws: ModelError.badField("user_id", in: "session.revoked")) {
    try Event(type: "session.revoked", data: ["session_id": 1])
  }
}

@Test func `an event that cannot follow the state is refused`() {
  var state = State()
  let record = Record<Event>(
    seq: 1, time: SampleRows.time, event: .deploymentChanged(SampleRows.scope, .started(SampleRows.attempt)))
  #expect(throws: ModelError.self) { try state.apply(record) }
}

/// The rows of all tables as they would stand in their files.
private func rows(_ state: State) -> [String: [JSONObject]] {
  var rows: [String: [JSONObject]] = [:]
  for table in State.tables { state.forEachRow(of: table) { row, _ in rows[table, default: []].append(row) } }
  return rows
}

@Test func `tables snapshotted at any moments, folded on, give the state that was folded from the start`()
  throws
{
  let records = SampleRows.records
  var whole = State()
  var moments = [whole]
  for record in records {
    try whole.apply(record)
    moments.append(whole)
  }
  var random = SeededRandom(seed: 5)
  for _ in 0..<200 {
    var state = State()
    for table in State.tables {
      let through = Int.random(in: 0...records.count, using: &random)
      state.begin(table: table, through: through, nextID: moments[through].nextID(of: table))
      try moments[through].forEachRow(of: table) { row, _ in state.insert(try State.decode(row, of: table)) }
    }
    for record in records { try state.apply(record) }
    try state.finishLoading()
    #expect(rows(state) == rows(whole))
    for table in State.tables { #expect(state.nextID(of: table) == whole.nextID(of: table)) }
  }
}

@Test func `a final deployment leaves with the snapshot that has it, and not before`() throws {
  var state = State()
  for record in SampleRows.records { try state.apply(record) }
  let ended = try #require(SampleRows.events.firstIndex { $0.type == "deployment.finished" }) + 1
  state.dropFinalRows(through: ended - 1)
  #expect(state.deployments.count == 1)
  state.dropFinalRows(through: ended)
  #expect(state.deployments.count == 0)
}

@Test func `a request key is forgotten after a day of journal time, and can be used anew`() throws {
  var state = State()
  func answer(_ id: Int, at time: Timestamp) throws {
    let request = KeyedRequest(
      id: RequestID(id), userID: UserID(1), key: "same", method: "m", paramsHash: "", objectID: id,
      result: nil,
      at: time)
    try state.apply(Record(seq: id, time: time, event: .requestAnswered(request)))
  }
  let name = KeyedRequest.Name(userID: UserID(1), key: "same")
  try answer(1, at: SampleRows.time)
  try answer(2, at: SampleRows.time + KeyedRequest.lifetimeSeconds)
  #expect(state.requestIDs[name] == RequestID(2))
  #expect(state.requests.count == 1)
}

@Test func `findings name what leads nowhere and what is given out beyond capacity`() throws {
  var state = State()
  for record in SampleRows.records.prefix(while: { $0.event.type != "deployment.preempted" }) {
    try state.apply(record)
  }
  #expect(state.findings(at: SampleRows.time) == [])
  let twin = Deployment(
    id: DeploymentID(8), clusterID: ClusterID(99), organizationID: OrganizationID(3), userID: UserID(1),
    spec: SampleRows.deployment.spec, priority: 1, createdAt: SampleRows.time)
  state.insert(.deployment(twin))
  #expect(state.findings(at: SampleRows.time) == ["deployment 8 is in cluster 99, which does not exist"])
  let shares = [GPUShare(index: 0, share: .one), GPUShare(index: 1, share: Thousandths(500))]
  let attempt = Attempt(
    number: 1, nodeID: NodeID(6), nodeName: "default", gpus: shares, startedAt: SampleRows.time)
  var thief = twin
  thief.phase = .running(attempt)
  state.insert(.deployment(thief))
  #expect(state.findings(at: SampleRows.time).contains("GPU 0 of node 6 is given out beyond what it has"))
}
