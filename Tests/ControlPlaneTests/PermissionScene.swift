import Directory
import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

/// Something that use cases are performed on: everything of one contract.
struct Place {
    let company: String
    let contract: String
    let site: String
    let voiceContract: String
    let number: PhoneNumber
    let callID: String
    let user: String
    let group: String
    let administratorID: String
    let loginID: String
    /// Of the user.
    var sessionID = ""
    /// Of the user.
    var tokenID = ""
    /// A change of the number's forwarding.
    var change: Int64 = 0

    /// Nothing of it has ever been there.
    static func nowhere() throws -> Place {
        Place(
            company: "Ghost", contract: "Y404", site: "S404", voiceContract: "N404",
            number: try ControlPlaneTests.number("05040404040"), callID: "call404",
            user: "ghost@example.com", group: "Ghosts", administratorID: "ghost-admin", loginID: "ghost-login",
            sessionID: "ghost-session", tokenID: "ghost-token",
            change: 404_404)
    }

    /// A text about this place as it would be about that one.
    func told(_ text: String, of other: Place) -> String {
        [
            (company, other.company), (voiceContract, other.voiceContract), (contract, other.contract),
            (user, other.user), (group, other.group), (administratorID, other.administratorID),
            (loginID, other.loginID), (sessionID, other.sessionID), (tokenID, other.tokenID), (site, other.site),
            (number.description, other.number.description),
            (callID, other.callID),
            (" \(change):", " \(other.change):"),
        ].reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}

/// Two companies: one with two contracts, one with another; under each a site, a voice contract, a number with a call
/// and a rule. Built once; each performance gets a copy of its own.
final class PermissionWorld {
    let places: [Place]
    private let path: String
    private static let clock = { @Sendable in Date(milliseconds: 1_800_000_000_000) }

    init() throws {
        let fixture = try ControlFixture()
        let (session, runtime) = (fixture.session, try RuntimeDatabase(fixture.directory))
        var places: [Place] = []
        for (index, company) in ["Alpha", "Alpha", "Beta"].enumerated() {
            let digit = index + 1
            var place = Place(
                company: company, contract: "Y\(digit)00", site: "S\(digit)00", voiceContract: "N\(digit)00",
                number: try number("050\(String(repeating: "\(digit)", count: 8))"), callID: "call\(digit)00",
                user: "user-\(digit)@example.com", group: "team-\(digit)", administratorID: "admin-\(digit)",
                loginID: "login-\(digit)")
            place = try Self.furnish(place, session, runtime)
            place.sessionID = try Self.addAccounts(at: place, session, fixture.database)
            let scope = TokenScope(mayWrite: true, numbersOnly: false)
            place.tokenID = try session.addToken("test", for: .user(place.user), scope, days: 30).token.id
            places.append(place)
        }
        self.places = places
        _ = try session.addTrunk(prefix: "03", gateways: ["sip:gw.example"])
        path = fixture.directory.path + "-template"
        try FileManager.default.copyItem(atPath: fixture.directory.path, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private static func furnish(_ place: Place, _ session: ControlSession, _ runtime: RuntimeDatabase) throws -> Place {
        if try session.companies(limit: 9).allSatisfy({ $0.name != place.company }) {
            _ = try session.addCompany(named: place.company)
        }
        _ = try session.addContract(place.contract, kind: "ip-voice", company: place.company)
        for option in [OptionService.forwarding, .anonymousRejection] {
            _ = try session.addOption(option, toContract: place.contract)
        }
        _ = try session.addSite(place.site, named: "Site", to: place.contract)
        _ = try session.addVoiceContract(place.voiceContract, at: place.site, of: place.contract)
        _ = try session.addNumber(typed: place.number.national, at: .voiceContract(place.voiceContract))
        let binding = Binding(contact: "sip:a@192.0.2.1", callID: "x", cseq: 1, expiresAt: .max)
        try runtime.commit([BindingChange(number: place.number, bindings: [binding])])
        try runtime.append([
            CallRecord(
                id: place.callID, callID: "x", startedAt: 1_800_000_000_000, endedAt: 1_800_000_000_001, caller: "",
                callee: place.number.national, status: 200, decisions: [], legs: [], ladder: [])
        ])
        _ = try session.setForwarding(of: place.number, when: .busy, to: "0312345678")
        var place = place
        place.change = try #require(try session.history(limit: 1).first).id
        return place
    }

    private static func addAccounts(at place: Place, _ session: ControlSession, _ database: ControlDatabase) throws
        -> String
    {
        let user = try session.addUser(
            PortalUserProfile(email: place.user, name: "User", telephone: "03-1234-5678"), to: place.company)
        try database.write { try $0.setSecondFactorSecret("sealed/1 x", of: user.id) }
        _ = try session.addGroup(place.group, to: place.company)
        _ = try session.setContracts([place.contract], ofGroup: place.group, of: place.company)
        _ = try session.addAdministratorID(place.administratorID, to: place.contract)
        _ = try session.addLoginID(place.loginID, to: place.contract, numbers: [place.number])
        return try startSession(of: user.id, database).id
    }

    static func startSession(of accountID: String, _ database: ControlDatabase) throws -> Session {
        var generator = SystemRandomNumberGenerator()
        let (_, session) = Session.start(at: Timestamp(milliseconds: 1_800_000_000_000), using: &generator)
        try database.write { try $0.save(session, of: accountID, for: nil, from: "192.0.2.7") }
        return session
    }

    func scene(_ role: Role, at place: Place) throws -> PermissionScene {
        let copy = path + "-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        return try PermissionScene(copy, role, place)
    }

    /// - Parameter accountID: nil: one that nothing belongs to.
    static func session(
        _ database: ControlDatabase, _ role: Role, _ accountID: String? = nil, actor: String? = nil
    ) -> ControlSession {
        ControlSession(
            database,
            principal: Principal(
                actor: actor ?? role.kind.rawValue, source: "192.0.2.7", role: role, accountID: accountID),
            clock: clock)
    }
}

/// One copy of the world, with someone in it who does something at a place.
final class PermissionScene {
    let place: Place
    private(set) var session: ControlSession
    /// Prepares what the use case needs to be there.
    let preparer: ControlSession
    let runtime: RuntimeDatabase
    let database: ControlDatabase
    /// Of an administrator ID that does something.
    let accountID: String?
    private let path: String
    private let role: Role

    init(_ path: String, _ role: Role, _ place: Place) throws {
        self.path = path
        self.role = role
        self.place = place
        let directory = try DataDirectory(path: path, environment: [:])
        let database = try ControlDatabase(directory)
        runtime = try RuntimeDatabase(directory)
        self.database = database
        accountID = try database.read { snapshot in
            guard case .administratorID(let contract) = role else { return nil }
            return try snapshot.administratorID(of: contract)?.account.id
        }
        session = PermissionWorld.session(database, role, accountID)
        preparer = PermissionWorld.session(database, .operator, actor: "preparer")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Takes the number away, so that what it stands under can be removed.
    func empty(to depth: Int) {
        let steps: [() throws -> Void] = [
            {
                _ = try self.preparer.removeNumber(self.place.number)
                self.removeAccounts(String(self.place.contract.dropFirst().prefix(1)), of: self.place.company)
            },
            { _ = try self.preparer.removeVoiceContract(self.place.voiceContract) },
            { _ = try self.preparer.removeSite(self.place.site, of: self.place.contract) },
            { _ = try self.preparer.removeContract(self.place.contract) },
        ]
        for step in steps.prefix(depth) { try? step() }
    }

    /// The contract can have another administrator ID then; whoever acts has another account.
    func removeAdministratorID() {
        session = PermissionWorld.session(database, role)
        _ = try? preparer.removeAdministratorID(place.administratorID)
    }

    /// Of the place with this digit, so that its contract can be removed. Whoever acts has another account then.
    func removeAccounts(_ digit: String, of company: String) {
        session = PermissionWorld.session(database, role)
        _ = try? preparer.removeLoginID("login-\(digit)")
        _ = try? preparer.removeAdministratorID("admin-\(digit)")
        _ = try? preparer.removeGroup("team-\(digit)", of: company)
    }

    /// As after too many wrong passwords.
    func lock(_ kind: AccountKind, _ name: String) {
        try? database.write { transaction in
            guard let account = try transaction.snapshot.account(kind, named: name) else { return }
            try transaction.setLockout("lockout/1 failures=0 until=1900000000000", of: account.id)
        }
    }

    /// For a list: the place has to be in it.
    func find(_ isListed: Bool) throws {
        if !isListed { throw NotListed() }
    }

    struct NotListed: Error {}
}
