/// The number of a row in its table: from 1, and never used twice.
package struct Identifier<Row>: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: Int

  /// The largest there may be: that of the integers which doubles, and so JavaScript, tell apart.
  package static var largest: Int { 9_007_199_254_740_991 }

  package init(_ rawValue: Int) { self.rawValue = rawValue }

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  package var description: String { String(rawValue) }
}

package typealias UserID = Identifier<User>
package typealias OrganizationID = Identifier<Organization>
package typealias SessionID = Identifier<Session>
package typealias InviteID = Identifier<Invite>
package typealias ClusterID = Identifier<Cluster>
package typealias NodeID = Identifier<Node>
package typealias DeploymentID = Identifier<Deployment>
package typealias RequestID = Identifier<KeyedRequest>
