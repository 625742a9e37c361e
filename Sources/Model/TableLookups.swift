// Look-ups by row type and not by `Table`'s parameter: compiled here for each, where a generic one would be asked
// through run-time type information from other modules, ten times slower.

extension Table<User> {
  package subscript(_ id: UserID) -> User? { row(id) }
}

extension Table<Session> {
  package subscript(_ id: SessionID) -> Session? { row(id) }
}

extension Table<Organization> {
  package subscript(_ id: OrganizationID) -> Organization? { row(id) }
}

extension Table<Invite> {
  package subscript(_ id: InviteID) -> Invite? { row(id) }
}

extension Table<Cluster> {
  package subscript(_ id: ClusterID) -> Cluster? { row(id) }
}

extension Table<Node> {
  package subscript(_ id: NodeID) -> Node? { row(id) }
}

extension Table<Deployment> {
  package subscript(_ id: DeploymentID) -> Deployment? { row(id) }
}

extension Table<KeyedRequest> {
  package subscript(_ id: RequestID) -> KeyedRequest? { row(id) }
}
