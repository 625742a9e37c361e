import JSON
import POSIX
import TestSupport

/// Everything that a data directory still has of its journal, superseded ones first.
struct JournalRecords {
  /// By seq, each once.
  private(set) var records: [JSONValue] = []
  private(set) var files = 0

  /// Throws when a seq is missing, comes twice in a file, or says one thing here and another there.
  init(of data: String) throws {
    let archives = try Directory(data + "/history").names().filter { $0.hasPrefix("journal-") }
      .compactMap { name in Int(name.dropFirst(8).prefix { $0 != "." }).map { (first: $0, name: name) } }
      .sorted { $0.first < $1.first }
    for path in archives.map({ "history/" + $0.name }) + ["journal.jsonl"] {
      try take(data + "/" + path, path)
      files += 1
    }
  }

  private mutating func take(_ file: String, _ name: String) throws {
    let bytes = try FileDescriptor.contents(of: file) ?? []
    var expected: Int?
    // The first line says where the file begins.
    for line in bytes.split(separator: 0x0A).dropFirst() {
      let record = try JSONParser.parse(line)
      guard let seq = record.at("seq").int, seq == expected ?? seq else {
        throw ContractBreach("\(name): \(expected ?? 0) is wanted, and \(record.at("seq").text) comes")
      }
      expected = seq + 1
      let first = records.first?.at("seq").int ?? seq
      let place = seq - first
      if place < records.count {
        guard records[place] == record else { throw ContractBreach("\(name): two records \(seq)") }
      } else {
        guard place == records.count else { throw ContractBreach("\(name): nothing before \(seq)") }
        records.append(record)
      }
    }
  }

  /// Throws when a row's number was given twice.
  func requireUniqueIDs() throws {
    var seen: Set<String> = []
    for record in records {
      guard let type = record.at("type").string, let id = record.at("data", "id").int,
        ["created", "registered", "added"].contains(where: type.hasSuffix)
      else { continue }
      guard seen.insert("\(type) \(id)").inserted else { throw ContractBreach("\(type) \(id) twice") }
    }
  }
}
