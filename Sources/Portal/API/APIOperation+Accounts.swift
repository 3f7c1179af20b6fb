import ControlPlane
import Foundation
import HTTPTypes
import SignIn
import Storage

extension APIOperation {
    private static let userVersion: @Sendable (APICall) throws -> Int64 = {
        try $0.session.lastChange(ofUser: $0.text("email"))
    }

    static let users: [APIOperation] = [
        APIOperation(
            id: "listUsers", method: .get, path: "/users", summary: "List the users of the portal",
            query: Parameter.page + [
                Parameter(name: "company", schema: .text(1...100), note: "of this company"),
                Parameter(
                    name: "keyword", schema: .text(1...100),
                    note: "any part of the name, the e-mail address, the telephone number or the title"),
            ], answer: .page(of: "User"),
            perform: { call in
                let offset = try call.offset()
                let page = try call.session.users(
                    of: call.query["company"], matching: call.query["keyword"], offset: offset, limit: call.limit + 1)
                let next = "\(offset + call.limit)"
                return call.page(page.users, next: { _ in next })
            }),
        APIOperation(
            id: "addUser", method: .post, path: "/users", summary: "Add a user of the portal, and mail the invitation",
            body: .object(
                [
                    .required("company", .text(1...100)), .required("email", .text(1...254)),
                    .required("name", .text(1...100)), .required("telephone", .text(1...32)),
                    .optional("invites", .boolean, "false: the invitation is not mailed yet"),
                ] + keptFields), answer: .reference("User"), status: .created,
            perform: { call in
                let request = try call.decode(UserRequest.self)
                var profile = PortalUserProfile(
                    email: request.email, name: request.name, telephone: request.telephone)
                profile.apply(try call.decode(PortalUserProfile.Change.self))
                return try call.session.addUser(profile, to: request.company, invites: request.invites ?? true)
            }),
        APIOperation(
            id: "showUser", method: .get, path: "/users/{email}", summary: "Show a user of the portal",
            answer: .reference("User"), version: userVersion, perform: { try $0.session.user($0.text("email")) }),
        APIOperation(
            id: "editUser", method: .patch, path: "/users/{email}",
            summary: "Change what is kept of a user; what is not given stays", body: .object(editedFields),
            answer: .reference("User"), version: userVersion,
            perform: { call in
                let change = try call.decode(PortalUserProfile.Change.self)
                return try call.session.editUser(call.text("email")) { $0.apply(change) }
            }),
        APIOperation(
            id: "suspendUser", method: .post, path: "/users/{email}/suspend",
            summary: "Let a user sign in no longer", answer: .reference("User"), version: userVersion,
            perform: { try $0.session.suspendUser($0.text("email")) }),
        APIOperation(
            id: "resumeUser", method: .post, path: "/users/{email}/resume",
            summary: "Let a suspended user sign in again", answer: .reference("User"), version: userVersion,
            perform: { try $0.session.resumeUser($0.text("email")) }),
    ]

    private static let editedFields: [APISchema.Field] =
        [.optional("name", .text(1...100)), .optional("telephone", .text(1...32))] + keptFields

    private static let keptFields: [APISchema.Field] = [
        .optional("language", .one(of: Language.self)),
        .optional("secondFactor", .one(of: PortalUserProfile.SecondFactor.self), "none: only the operator gives it"),
        .optional("role", .one(of: PortalUserProfile.Role.self)), .optional("title", .text(0...100)),
        .optional("mobileNumber", .text(0...32)), .optional("timeZone", .text(1...64)),
        .optional("groups", .list(.text(1...100), limit: 100)), .optional("comment", .text(0...1_000)),
        .optional("wantsNotifications", .boolean),
    ]

    static let access: [APIOperation] = [
        APIOperation(
            id: "listSessions", method: .get, path: "/sessions",
            summary: "List who is signed in: oneself, and those in one's care", query: Parameter.page,
            answer: .page(of: "Session"),
            perform: { call in
                let found = try call.session.sessions(after: try call.timedPlace(), limit: call.limit + 1)
                return call.page(found, next: { APICall.place(at: $0.startedAt, $0.id) })
            }),
        APIOperation(
            id: "endSession", method: .delete, path: "/sessions/{session}", summary: "End a session",
            answer: .reference("Session"), perform: { try $0.session.endSession($0.text("session")) }),
        APIOperation(
            id: "listTokens", method: .get, path: "/tokens",
            summary: "List tokens: one's own, and those of the accounts in one's care", query: Parameter.page,
            answer: .page(of: "Token"),
            perform: { call in
                let found = try call.session.tokens(after: try call.timedPlace(), limit: call.limit + 1)
                return call.page(found, next: { APICall.place(at: $0.createdAt, $0.id) })
            }),
        APIOperation(
            id: "addToken", method: .post, path: "/tokens",
            summary: "Make another token of one's own, which may do no more than this one, and ends with it",
            body: .object([
                .required("name", .text(1...100)), .optional("mayWrite", .boolean),
                .optional("numbersOnly", .boolean), .optional("days", .integer(ControlSession.tokenDays)),
            ]),
            answer: .object([
                .required("token", .reference("Token")),
                .required("secret", .text(), "what is sent with each request; shown this once"),
            ]), status: .created, keepsAnswer: false,
            perform: { call in
                let request = try call.decode(TokenRequest.self)
                return try call.session.addToken(
                    request.name, for: .oneself,
                    TokenScope(mayWrite: request.mayWrite ?? false, numbersOnly: request.numbersOnly ?? false),
                    days: request.days ?? 90)
            }),
        APIOperation(
            id: "endToken", method: .delete, path: "/tokens/{token}",
            summary: "End a token, and those that were made with it",
            answer: .reference("Token"), perform: { try $0.session.endToken($0.text("token")) }),
    ]
}

private struct UserRequest: Decodable {
    let company: String
    let email: String
    let name: String
    let telephone: String
    let invites: Bool?
}

private struct TokenRequest: Decodable {
    let name: String
    let mayWrite: Bool?
    let numbersOnly: Bool?
    let days: Int?
}

extension APICall {
    /// Of a list whose pages are counted.
    fileprivate func offset() throws -> Int {
        guard let place = try place() else { return 0 }
        guard let offset = Int(place), (0...1_000_000).contains(offset) else {
            throw Self.foreignCursor
        }
        return offset
    }

    /// Of a list that goes by time, the newest first.
    fileprivate func timedPlace() throws -> ListPlace? {
        try place().map { text in
            let parts = text.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, let at = Int64(parts[0]) else { throw Self.foreignCursor }
            return ListPlace(at: at, id: String(parts[1]))
        }
    }

    /// Of such a list, behind an entry.
    fileprivate static func place(at time: Date, _ id: String) -> String { "\(time.milliseconds).\(id)" }
}
