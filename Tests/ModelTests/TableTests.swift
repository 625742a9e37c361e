import JSON
import Model
import TestSupport
import Testing

private func user(_ id: Int) -> User {
  User(
    id: UserID(id), username: "user-\(id)", passwordHash: "", createdAt: Timestamp(milliseconds: id))
}

@Test(arguments: [UInt64(1), 2, 3])
func `a table holds what a dictionary would, in the order of ids`(seed: UInt64) {
  var random = SeededRandom(seed: seed)
  var table = Table<User>()
  var model: [Int: String] = [:]
  for _ in 0..<4000 {
    let id = Int.random(in: 1...3000, using: &random)
    if Bool.random(using: &random) {
      table.put(user(id))
      model[id] = "user-\(id)"
    } else {
      #expect((table.remove(UserID(id)) != nil) == (model.removeValue(forKey: id) != nil))
    }
    #expect(table.count == model.count)
  }
  let from = Int.random(in: 1...3000, using: &random)
  #expect(Array(table).map(\.id.rawValue) == model.keys.sorted())
  #expect(Array(table.rows(from: from)).map(\.id.rawValue) == model.keys.filter { $0 >= from }.sorted())
  #expect(
    Array(table.rowsDescending(from: from)).map(\.id.rawValue)
      == model.keys.filter { $0 <= from }.sorted().reversed())
  #expect(table.first?.id.rawValue == model.keys.min())
  for id in 1...3001 { #expect(table[UserID(id)]?.username == model[id]) }
}

@Test func `an id is not given twice, though its row is gone`() {
  var table = Table<User>()
  for id in 1...200 { table.put(user(id)) }
  for id in 1...200 { table.remove(UserID(id)) }
  #expect(table.nextID == 201)
  #expect(Array(table).isEmpty)
}

@Test func `a copy is not changed by what is done to the table`() {
  var table = Table<User>()
  for id in 1...100 { table.put(user(id)) }
  let copy = table
  _ = table.update(UserID(7)) { $0.passwordHash = "new" }
  table.remove(UserID(8))
  #expect(copy[UserID(7)]?.passwordHash == "")
  #expect(copy[UserID(8)] != nil)
}
