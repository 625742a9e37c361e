import RPC

/// The open connections, found by their peer's number without hashing.
///
/// A number is a place in the table and a count above it that only rises, so none is used again.
struct ConnectionTable: Sequence {
  private var places: [Connection?] = []
  private var free: [Int] = []
  private var serial = 0
  private(set) var count = 0

  private static let placeBits = 20

  var isEmpty: Bool { count == 0 }

  mutating func insert(_ make: (PeerID) -> Connection) -> Connection {
    let place = free.popLast() ?? places.count
    if place == places.count { places.append(nil) }
    serial += 1
    let connection = make(PeerID(rawValue: serial << Self.placeBits | place))
    places[place] = connection
    count += 1
    return connection
  }

  subscript(_ peer: PeerID) -> Connection? {
    let place = peer.rawValue & (1 << Self.placeBits - 1)
    guard place < places.count, let connection = places[place], connection.peer == peer else { return nil }
    return connection
  }

  mutating func remove(_ connection: Connection) {
    let place = connection.peer.rawValue & (1 << Self.placeBits - 1)
    places[place] = nil
    free.append(place)
    count -= 1
  }

  func makeIterator() -> some IteratorProtocol<Connection> { places.lazy.compactMap(\.self).makeIterator() }
}
