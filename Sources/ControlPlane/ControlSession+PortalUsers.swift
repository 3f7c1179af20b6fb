import Foundation
import SignIn
package import Storage

/// A page of portal users.
package struct PortalUserPage: Codable, Sendable, Equatable {
    /// How many there are on all pages.
    package let total: Int
    package let users: [PortalUserState]
}

extension ControlSession {
    /// Adds a user, who has no password yet and so counts as invited.
    ///
    /// - Parameter invites: mails the invitation. It can be sent later.
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func addUser(_ profile: PortalUserProfile, to companyText: String, invites: Bool = true) throws
        -> PortalUserState
    {
        try refusing {
            let (company, profile) = (try ContractText.knownName(companyText), try profile.judged())
            return try write(.addUser, on: .company(company)) { transaction in
                _ = try require(company: company, in: transaction.snapshot)
                // The address is judged last: see ``addressTaken(_:in:)``.
                try require(groups: profile.groups, of: company, in: transaction.snapshot)
                guard try transaction.snapshot.portalUser(profile.email) == nil else {
                    throw try addressTaken(profile.email, in: transaction.snapshot)
                }
                let id = Self.newID()
                try add(profile, as: id, to: company, createdAt: now, transaction)
                if invites, let user = try transaction.snapshot.portalUser(id: id) {
                    try transaction.sendLink(to: user, at: Timestamp(milliseconds: now))
                }
                return try recorded("user add", of: id, from: nil, transaction)
            }
        }
    }

    /// Changes what is kept of a user, the e-mail address and the groups included.
    ///
    /// - Parameter change: is given the profile as it is.
    package func editUser(_ text: String, _ change: (inout PortalUserProfile) throws -> Void) throws
        -> PortalUserState
    {
        try changeUser(.editUser, "user edit", text) { entry, transaction in
            var profile = PortalUserProfile(entry)
            try change(&profile)
            try set(try profile.judged(), of: entry, transaction)
        }
    }

    /// The user can't sign in until ``resumeUser(_:)``, and what sessions there are have no rights any more.
    package func suspendUser(_ text: String) throws -> PortalUserState {
        try changeUser(.suspendUser, "user suspend", text) { entry, transaction in
            try requireAnotherAdministrator(than: entry, in: transaction.snapshot)
            try transaction.setSuspended(true, portalUser: entry.account.id)
        }
    }

    package func resumeUser(_ text: String) throws -> PortalUserState {
        try changeUser(.resumeUser, "user resume", text) { entry, transaction in
            try transaction.setSuspended(false, portalUser: entry.account.id)
        }
    }

    package func removeUser(_ text: String) throws -> PortalUserState {
        try refusing {
            let email = try AccountText.email(text)
            return try write(.removeUser, on: .user(email)) { transaction in
                let entry = try require(user: email, in: transaction.snapshot)
                try requireAnotherAdministrator(than: entry, in: transaction.snapshot)
                try remove(entry, transaction)
                return try PortalUserState(entry, at: now)
            }
        }
    }

    package func user(_ text: String) throws -> PortalUserState {
        try refusing {
            let email = try AccountText.email(text)
            return try read(.showUser, on: .user(email)) {
                try PortalUserState(try require(user: email, in: $0), at: now)
            }
        }
    }

    /// By the account's id, which stays when the e-mail address changes.
    package func user(id: String) throws -> PortalUserState {
        try refusing {
            try read(.showUser, on: .reached) { snapshot in
                guard let entry = try snapshot.portalUser(id: id),
                    try snapshot.has(.portalUser(entry.account.name), within: reach)
                else { throw AccountRefusal.noSuchUser(id) }
                return try PortalUserState(entry, at: now)
            }
        }
    }

    /// What is kept of the person who asks; nil: of no portal user.
    package func ownUser() throws -> PortalUserState? {
        try read(.showOwnUser, on: .reached) { snapshot in
            try principal.accountID.flatMap { try snapshot.portalUser(id: $0) }.map { try PortalUserState($0, at: now) }
        }
    }

    /// A page.
    ///
    /// - Parameters:
    ///   - companyText: nil: of all.
    ///   - keyword: any part of the name, the e-mail address, the telephone number or the title.
    ///   - status: nil: all of them.
    ///   - offset: how many come before the page.
    package func users(
        of companyText: String? = nil, matching keyword: String? = nil, status: PortalUserStatus? = nil,
        orderedBy order: PortalUserOrder = PortalUserOrder(), offset: Int = 0, limit: Int
    ) throws -> PortalUserPage {
        try refusing {
            let company = try companyText.map { try ContractText.knownName($0) }
            return try read(.listUsers, on: company.map(Matter.company) ?? .reached) { snapshot in
                if let company { _ = try require(company: company, in: snapshot) }
                let filter = PortalUserFilter(
                    company: company, keyword: keyword, status: status?.rawValue, at: now)
                let entries = try snapshot.portalUsers(
                    filter, within: reach, orderedBy: order, offset: max(0, offset), limit: max(0, limit))
                return PortalUserPage(
                    total: try snapshot.portalUserCount(filter, within: reach),
                    users: try entries.map { try PortalUserState($0, at: now) })
            }
        }
    }

    func changeUser(
        _ useCase: UseCase, _ action: String, _ text: String,
        _ change: (PortalUserEntry, ControlTransaction) throws -> Void
    ) throws -> PortalUserState {
        try refusing {
            let email = try AccountText.email(text)
            return try write(useCase, on: .user(email)) { transaction in
                let entry = try require(user: email, in: transaction.snapshot)
                try change(entry, transaction)
                return try recorded(action, of: entry.account.id, from: entry, transaction)
            }
        }
    }

    func require(user email: String, in snapshot: ControlSnapshot) throws -> PortalUserEntry {
        guard let entry = try snapshot.portalUser(email) else { throw AccountRefusal.noSuchUser(email) }
        return entry
    }

    /// Random: what was given once is never given again.
    static func newID() -> String { UUID().uuidString.lowercased() }

    private func recorded(
        _ action: String, of id: String, from before: PortalUserEntry?, _ transaction: ControlTransaction
    ) throws -> PortalUserState {
        guard let entry = try transaction.snapshot.portalUser(id: id) else { throw AccountRefusal.noSuchUser(id) }
        try record(
            action, of: .user(id), from: before.map { PortalUserState($0) }, to: PortalUserState(entry),
            in: transaction)
        return try PortalUserState(entry, at: now)
    }
}

/// The parts of use cases and of their undoing.
extension ControlSession {
    func add(
        _ profile: PortalUserProfile, as id: String, to company: String, createdAt: Int64,
        _ transaction: ControlTransaction
    ) throws {
        try judge(secondFactor: profile.secondFactor)
        try transaction.addPortalUser(
            id, email: profile.email, of: company, profile.details, createdAt: createdAt)
        try put(id, of: company, into: profile.groups, transaction)
    }

    func set(_ profile: PortalUserProfile, of entry: PortalUserEntry, _ transaction: ControlTransaction) throws {
        let former = PortalUserProfile(entry)
        if former.role == .administrator, profile.role != .administrator {
            try requireAnotherAdministrator(than: entry, in: transaction.snapshot)
        }
        if profile.secondFactor != former.secondFactor {
            guard principal.accountID != entry.account.id else { throw AccountRefusal.ownSecondFactor }
            try judge(secondFactor: profile.secondFactor)
            try forgetTOTP(of: entry, transaction)
        }
        try transaction.setDetails(profile.details, ofPortalUser: entry.account.id)
        if profile.groups != former.groups {
            try put(entry.account.id, of: entry.company, into: profile.groups, transaction)
        }
        guard profile.email != former.email else { return }
        // The address is judged last: see ``addressTaken(_:in:)``.
        let holder = try transaction.snapshot.portalUser(profile.email)?.account.id ?? entry.account.id
        guard holder == entry.account.id else { throw try addressTaken(profile.email, in: transaction.snapshot) }
        try transaction.renameAccount(entry.account.id, to: profile.email)
    }

    /// Whether somebody may be given this second factor who has not had it.
    private func judge(secondFactor: PortalUserProfile.SecondFactor) throws {
        guard secondFactor != .none || principal.isOperator else { throw AccountRefusal.secondFactorOfOperator }
    }

    /// People sign in with their addresses, so an address is one user's in all companies.
    ///
    /// Who administers one company is to learn nothing of the users of the others, and yet has to be told that a user can't
    /// be added: a user who is listed and never gets in would be worse, and of two with one address nobody could tell who
    /// signs in. So the refusal says no more than that the address can't be used here, which the operator can explain.
    /// It comes only when nothing else is wrong: there is no asking for an address without adding or changing a user, which
    /// stands in the history, and mails the invitation.
    func addressTaken(_ email: String, in snapshot: ControlSnapshot) throws -> AccountRefusal {
        try snapshot.has(.portalUser(email), within: reach) ? .userExists(email) : .addressRefused(email)
    }

    func remove(_ entry: PortalUserEntry, _ transaction: ControlTransaction) throws {
        try transaction.removeAccount(entry.account.id)
        try record(
            "user remove", of: .user(entry.account.id), from: PortalUserState(entry), to: Nothing.none,
            in: transaction)
    }

    func forgetTOTP(of entry: PortalUserEntry, _ transaction: ControlTransaction) throws {
        try transaction.setSecondFactorSecret(nil, of: entry.account.id)
        try transaction.setRecoveryCodes(nil, of: entry.account.id)
    }

    /// Nobody may be the last to go who can do what the user can: while there is an administrator with a password,
    /// there stays one.
    func requireAnotherAdministrator(than entry: PortalUserEntry, in snapshot: ControlSnapshot) throws {
        guard entry.details.role == PortalUserProfile.Role.administrator.rawValue, !entry.isSuspended else { return }
        let others = try snapshot.administratorCount(
            of: entry.company, besides: entry.account.id, active: entry.account.passwordHash != nil)
        guard others > 0 else {
            throw AccountRefusal.lastAdministrator(entry.account.name, company: entry.company)
        }
    }

    private func put(
        _ id: String, of company: String, into groups: [String], _ transaction: ControlTransaction
    ) throws {
        try require(groups: groups, of: company, in: transaction.snapshot)
        try transaction.setGroups(groups, ofPortalUser: id)
    }

    private func require(groups: [String], of company: String, in snapshot: ControlSnapshot) throws {
        for name in groups { _ = try require(group: name, of: company, in: snapshot) }
    }
}

/// With a company goes all that it has in the portal.
extension ControlSession {
    func removeUsersAndGroups(of company: String, _ transaction: ControlTransaction) throws {
        let filter = PortalUserFilter(company: company)
        for entry in try transaction.snapshot.portalUsers(filter, limit: .max) { try remove(entry, transaction) }
        for entry in try transaction.snapshot.userGroups(of: company, limit: .max) { try remove(entry, transaction) }
    }

    func requireNoUsersAndGroups(of company: String, in snapshot: ControlSnapshot) throws {
        let users = try snapshot.portalUserCount(PortalUserFilter(company: company))
        guard try users == 0 && snapshot.userGroups(of: company, limit: 1).isEmpty else {
            throw ContractRefusal.companyHasUsers(company, count: users)
        }
    }
}
