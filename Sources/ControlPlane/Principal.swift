import Storage

/// Who acts: what history records, and what permissions are judged by.
///
/// Made anew for each command and each request from what the account is at that moment.
package struct Principal: Sendable, Equatable {
    /// The operating system's user, an account, an administrator ID.
    package let actor: String
    /// From where: `cli`, or an IP address.
    package let source: String
    package let role: Role
    /// Whom the actor acts for, if not for themselves. Nothing is allowed then but what both of them may.
    package let represented: Represented?
    /// The account that the actor is signed in to; nil: the operator, who has none.
    package let accountID: String?
    /// Of the token that the actor is known by; nil: a person, who may do all that the role may.
    package let scope: TokenScope?
    /// When that token is over, in milliseconds since the Unix epoch: none that is made with it outlives it.
    let end: Int64?
    /// The id of that token: what is made with it ends with it.
    let tokenID: String?

    /// A person in whose name another one acts.
    package struct Represented: Sendable, Equatable {
        package let name: String
        package let role: Role
        /// Nil: no account that could be looked up again.
        package let accountID: String?

        package init(name: String, role: Role, accountID: String? = nil) {
            self.name = name
            self.role = role
            self.accountID = accountID
        }
    }

    package init(
        actor: String, source: String, role: Role, for represented: Represented? = nil, accountID: String? = nil,
        scope: TokenScope? = nil, until end: Int64? = nil, token tokenID: String? = nil
    ) {
        self.actor = actor
        self.source = source
        self.role = role
        self.represented = represented
        self.accountID = accountID
        self.scope = scope
        self.end = end
        self.tokenID = tokenID
    }

    /// As history records it.
    package var onBehalfOf: String? { represented?.name }

    /// Whether nobody else's rights have a say.
    var isOperator: Bool { roles.allSatisfy { $0 == .operator } }

    /// All that have to allow what is done.
    var roles: [Role] { [role] + (represented.map { [$0.role] } ?? []) }

    /// The accounts whose rights these are, with the rights that they had.
    var accounts: [(id: String, role: Role)] {
        [(accountID, role), (represented?.accountID, represented?.role ?? role)].compactMap { id, role in
            id.map { ($0, role) }
        }
    }

    var reach: Reach { Reach(roles.flatMap(\.limits)) }
}
