import ControlPlane
import Foundation
import HTTPTypes
import SignIn

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
                return APIPage(page.users, limit: call.limit, next: { _ in next })
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

    private static let editedFields: [APISchema.Field] = [
        .optional("name", .text(1...100)), .optional("telephone", .text(1...32)),
        .optional("language", .one(of: Language.self)),
        .optional("secondFactor", .one(of: PortalUserProfile.SecondFactor.self)),
        .optional("role", .one(of: PortalUserProfile.Role.self)), .optional("title", .text(0...100)),
        .optional("mobileNumber", .text(0...32)), .optional("timeZone", .text(1...64)),
        .optional("groups", .list(.text(1...100), limit: 100)), .optional("comment", .text(0...1_000)),
        .optional("wantsNotifications", .boolean),
    ]

    static let access: [APIOperation] = [
        APIOperation(
            id: "listSessions", method: .get, path: "/sessions",
            summary: "List who is signed in: oneself, and those in one's care", query: [.limit],
            answer: .page(of: "Session"),
            perform: { call in
                APIPage(try call.session.sessions(limit: call.limit), limit: call.limit, next: \.id)
            }),
        APIOperation(
            id: "endSession", method: .delete, path: "/sessions/{session}", summary: "End a session",
            answer: .reference("Session"), perform: { try $0.session.endSession($0.text("session")) }),
        APIOperation(
            id: "listTokens", method: .get, path: "/tokens",
            summary: "List tokens: one's own, and those of the accounts in one's care", query: [.limit],
            answer: .page(of: "Token"),
            perform: { call in
                APIPage(try call.session.tokens(limit: call.limit), limit: call.limit, next: \.id)
            }),
        APIOperation(
            id: "addToken", method: .post, path: "/tokens",
            summary: "Make another token of one's own, which may do no more than this one",
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
            id: "endToken", method: .delete, path: "/tokens/{token}", summary: "End a token",
            answer: .reference("Token"), perform: { try $0.session.endToken($0.text("token")) }),
    ]
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
        guard let cursor else { return 0 }
        guard let offset = Int(cursor), (0...1_000_000).contains(offset) else {
            throw APIProblem(.invalid, "the cursor is none of ours")
        }
        return offset
    }
}
