import Directory
import SignIn
import Storage

@testable import ControlPlane

extension PermissionPerformances {
    /// Enough for a test, and done at once.
    private static func cheap() throws -> ScryptCost { try ScryptCost(exponent: 1) }

    static let accounts: [UseCase: @Sendable (PermissionScene) throws -> Void] =
        users.merging(logins) { first, _ in first }.merging(signIns) { first, _ in first }

    private static let signIns: [UseCase: @Sendable (PermissionScene) throws -> Void] = [
        .showSignInPolicy: { _ = try $0.session.signInPolicy() },
        .setSignInPolicy: { _ = try $0.session.setSignInPolicy { $0.lockoutFailures = 3 } },
        .showTerms: { _ = try $0.session.terms() },
        .publishTerms: { _ = try $0.session.publishTerms(version: "1", japanese: "規約", english: "Terms") },
        .inviteUser: { _ = try $0.session.inviteUser($0.place.user) },
        .sendResetLink: { scene in
            _ = try? scene.preparer.issuePassword(ofUser: scene.place.user, cost: cheap())
            _ = try scene.session.sendResetLink(toUser: scene.place.user)
        },
        .listSessions: { scene in
            try scene.find(try scene.session.sessions(limit: 99).contains { $0.id == scene.place.sessionID })
        },
        .endSession: { _ = try $0.session.endSession($0.place.sessionID) },
        .addToken: { scene in
            let scope = TokenScope(mayWrite: false, numbersOnly: true)
            _ = try scene.session.addToken("new", for: .user(scene.place.user), scope, days: 1)
        },
        .listTokens: { scene in
            try scene.find(try scene.session.tokens(limit: 99).contains { $0.id == scene.place.tokenID })
        },
        .endToken: { _ = try $0.session.endToken($0.place.tokenID) },
        .representLoginID: { scene in
            let parent = try scene.accountID.map { try PermissionWorld.startSession(of: $0, scene.database).hash.text }
            _ = try scene.session.representLoginID(scene.place.loginID, under: parent ?? "")
        },
    ]

    private static let users: [UseCase: @Sendable (PermissionScene) throws -> Void] = [
        .addUser: { scene in
            let profile = PortalUserProfile(email: "new@example.com", name: "New", telephone: "0312345678")
            _ = try scene.session.addUser(profile, to: scene.place.company)
        },
        .editUser: { _ = try $0.session.editUser($0.place.user) { $0.title = "Head" } },
        .suspendUser: { _ = try $0.session.suspendUser($0.place.user) },
        .resumeUser: { scene in
            _ = try? scene.preparer.suspendUser(scene.place.user)
            _ = try scene.session.resumeUser(scene.place.user)
        },
        .removeUser: { _ = try $0.session.removeUser($0.place.user) },
        .showOwnUser: { _ = try $0.session.ownUser() },
        .showUser: { _ = try $0.session.user($0.place.user) },
        .listUsers: { scene in
            let page = try scene.session.users(limit: 99)
            try scene.find(page.users.contains { $0.profile.email == scene.place.user })
        },
        .unlockUser: { scene in
            scene.lock(.portalUser, scene.place.user)
            _ = try scene.session.unlockUser(scene.place.user)
        },
        .resetUserTOTP: { _ = try $0.session.resetTOTP(ofUser: $0.place.user) },
        .issueUserPassword: { _ = try $0.session.issuePassword(ofUser: $0.place.user, cost: cheap()) },
        .addGroup: { _ = try $0.session.addGroup("New", to: $0.place.company) },
        .renameGroup: { _ = try $0.session.renameGroup($0.place.group, of: $0.place.company, to: "New") },
        .removeGroup: { _ = try $0.session.removeGroup($0.place.group, of: $0.place.company) },
        .setGroupContracts: { _ = try $0.session.setContracts([], ofGroup: $0.place.group, of: $0.place.company) },
        .setGroupMembers: { scene in
            _ = try scene.session.setMembers(
                [scene.place.user], ofGroup: scene.place.group, of: scene.place.company)
        },
        .showGroup: { _ = try $0.session.group($0.place.group, of: $0.place.company) },
        .listGroups: { scene in
            try scene.find(try scene.session.groups(limit: 99).contains { $0.group == scene.place.group })
        },
    ]

    private static let logins: [UseCase: @Sendable (PermissionScene) throws -> Void] = [
        .addAdministratorID: { scene in
            scene.removeAdministratorID()
            _ = try scene.session.addAdministratorID("new-admin", to: scene.place.contract)
        },
        .removeAdministratorID: { _ = try $0.session.removeAdministratorID($0.place.administratorID) },
        .editAdministratorID: {
            _ = try $0.session.setLanguage(.english, ofAdministratorID: $0.place.administratorID)
        },
        .showAdministratorID: { _ = try $0.session.administratorID($0.place.administratorID) },
        .listAdministratorIDs: { scene in
            let list = try scene.session.administratorIDs(limit: 99)
            try scene.find(list.contains { $0.administratorID == scene.place.administratorID })
        },
        .unlockAdministratorID: { scene in
            scene.lock(.administratorID, scene.place.administratorID)
            _ = try scene.session.unlockAdministratorID(scene.place.administratorID)
        },
        .issueAdministratorPassword: { scene in
            _ = try scene.session.issuePassword(ofAdministratorID: scene.place.administratorID, cost: cheap())
        },
        .addLoginID: { scene in
            _ = try? scene.preparer.removeLoginID(scene.place.loginID)
            _ = try scene.session.addLoginID("new-login", to: scene.place.contract, numbers: [scene.place.number])
        },
        .removeLoginID: { _ = try $0.session.removeLoginID($0.place.loginID) },
        .assignLoginNumbers: { scene in
            let (other, voice) = (try ControlPlaneTests.number("05077777777"), scene.place.voiceContract)
            _ = try? scene.preparer.addNumber(typed: other.national, at: .voiceContract(voice), as: .directDial)
            _ = try? scene.preparer.assignNumbers([scene.place.number, other], toLogin: scene.place.loginID)
            _ = try scene.session.assignNumbers([scene.place.number], toLogin: scene.place.loginID)
        },
        .importLoginIDs: { scene in
            var row = LoginRow(name: Stated(scene.place.loginID))
            row.smsNumber = Stated("09012345678")
            _ = try scene.session.importLoginIDs(from: [row])
        },
        .editLoginID: { _ = try $0.session.setLanguage(.english, ofLogin: $0.place.loginID) },
        .showLoginID: { _ = try $0.session.loginID($0.place.loginID) },
        .listLoginIDs: { scene in
            try scene.find(try scene.session.loginIDs(limit: 99).contains { $0.loginID == scene.place.loginID })
        },
        .unlockLoginID: { scene in
            scene.lock(.loginID, scene.place.loginID)
            _ = try scene.session.unlockLoginID(scene.place.loginID)
        },
        .issueLoginPassword: { _ = try $0.session.issuePassword(ofLoginID: $0.place.loginID, cost: cheap()) },
        .setSMSNumbers: { scene in
            let line = SMSNumberForm.Line(loginID: scene.place.loginID, typed: "09012345678")
            let form = SMSNumberForm(administrator: "09087654321", lines: [line])
            _ = try scene.session.setSMSNumbers(of: scene.place.contract, form)
        },
    ]
}
