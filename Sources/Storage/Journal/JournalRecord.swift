import JSON
import Model
import POSIX

/// A journal line, read but not yet understood as an event.
struct JournalRecord: Sendable {
  let seq: Int
  let time: Timestamp
  let type: String
  let data: JSONObject
  /// The highest seq its writer knew to be on disk.
  let durable: Int
  /// Whether its batch goes on in the next line: a batch holds whole or not at all.
  let hasMore: Bool

  /// nil when `line` (without its LF) is not a record; its seal is not looked at.
  init?(_ line: UnsafeRawBufferPointer) {
    if let record = RecordLine.read(line) {
      self = record
      return
    }
    guard case .object(let object)? = try? JSONParser.parse(line.bindMemory(to: UInt8.self)) else {
      return nil
    }
    self.init(object)
  }

  /// nil when `object` does not have a record's members.
  private init?(_ object: JSONObject) {
    var (seq, durable): (Int?, Int?)
    var (time, type): (String?, String?)
    var data: JSONObject?
    var hasMore = false
    for member in object.members {
      switch member.key {
      case "seq": seq = member.value.int
      case "time": time = member.value.string
      case "type": type = member.value.string
      case "data": data = member.value.object
      case "durable": durable = member.value.int
      case "more": hasMore = member.value.bool ?? false
      default: break  // The seal, which has been checked, and what a later Berth of this format adds.
      }
    }
    guard let seq, let time = time.flatMap({ Timestamp($0) }), let type, let data, let durable else {
      return nil
    }
    self.init(seq: seq, time: time, type: type, data: data, durable: durable, hasMore: hasMore)
  }

  init(seq: Int, time: Timestamp, type: String, data: JSONObject, durable: Int, hasMore: Bool) {
    self.seq = seq
    self.time = time
    self.type = type
    self.data = data
    self.durable = durable
    self.hasMore = hasMore
  }

  func decoded<Event: JournaledEvent>(_: Event.Type) throws -> Record<Event> {
    Record(seq: seq, time: time, event: try Event(type: type, data: data))
  }
}
