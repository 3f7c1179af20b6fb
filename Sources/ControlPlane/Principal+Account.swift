import Directory
package import Storage

extension Principal {
    /// Who an account is at this moment: for each request anew, so that what was taken from it, and a suspension, holds
    /// for the next one, and a company that was renamed is the same one.
    ///
    /// - Parameters:
    ///   - id: the account's, which a session keeps.
    ///   - source: the IP address that the request comes from.
    ///   - representedID: the account that it acts for (代理設定), of a login ID.
    ///   - scope: of the token that a program has shown in its name.
    ///   - end: of the same token, in milliseconds since the Unix epoch.
    ///   - tokenID: of the same token.
    /// - Throws: ``ControlError``: ``AccountRefusal/signInForbidden(_:)`` for one that is suspended or gone; `StorageError`.
    package init(
        ofAccount id: String, from source: String, actingFor representedID: String? = nil,
        scope: TokenScope? = nil, until end: Int64? = nil, token tokenID: String? = nil,
        in database: ControlDatabase
    ) throws {
        self = try database.read { snapshot in
            let (account, role) = try Self.role(ofAccount: id, in: snapshot)
            guard account.passwordHash != nil else { throw ControlError.account(.signInForbidden(id)) }
            let represented = try representedID.map { id in
                let (account, role) = try Self.role(ofAccount: id, in: snapshot)
                return Represented(name: account.name, role: role, accountID: account.id)
            }
            return Principal(
                actor: account.name, source: source, role: role, for: represented, accountID: account.id,
                scope: scope, until: end, token: tokenID)
        }
    }

    static func role(ofAccount id: String, in snapshot: ControlSnapshot) throws -> (AccountEntry, Role) {
        guard let account = try snapshot.account(id: id), let role = try role(of: account, in: snapshot)
        else { throw ControlError.account(.signInForbidden(id)) }
        return (account, role)
    }

    /// Nil: it may not do anything now.
    private static func role(of account: AccountEntry, in snapshot: ControlSnapshot) throws -> Role? {
        switch account.kind {
        case .portalUser:
            guard let user = try snapshot.portalUser(id: account.id), !user.isSuspended else { return nil }
            return switch PortalUserProfile(user).role {
            case .administrator: .portalAdministrator(company: user.company)
            case .general:
                .generalUser(company: user.company, contracts: try snapshot.contracts(ofPortalUser: account.id))
            }
        case .administratorID:
            return try snapshot.administratorID(id: account.id).map { .administratorID(contract: $0.contract) }
        case .loginID:
            return try snapshot.loginID(id: account.id).map { .loginID(numbers: $0.numbers.map(\.number)) }
        }
    }
}
