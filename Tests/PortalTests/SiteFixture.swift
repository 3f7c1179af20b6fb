import ControlPlane
import Directory
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOEmbedded
import SignIn
import Storage
import Testing

@_spi(Internal) @testable import Hummingbird
@testable import Portal

/// The web sites with two companies in them, asked without a socket. What belongs to one person carries words that are
/// nowhere else, by which it is known wherever it turns up. Nothing of it changes once it is furnished.
final class SiteFixture: @unchecked Sendable {
    /// Something that can be asked for: `/oa/login-ids/{id}`.
    struct Route: CustomStringConvertible {
        let method: HTTPRequest.Method
        let path: String

        var parameters: [String] {
            path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        }

        var description: String { "\(method.rawValue) \(path)" }
    }

    struct Answer {
        /// The body that was sent: a refusal may say again what it was asked for.
        var asked = ""
        let status: Int
        let text: String
        let headers: HTTPFields

        /// Whether these words stand in the text: octet by octet, as there are thousands of long texts to be looked through.
        func tells(_ words: String) -> Bool { unsafe strstr(text, words) != nil }
    }

    /// Somebody who asks.
    struct Person: Sendable {
        let name: String
        /// Of a session; empty for a program.
        var cookie = ""
        /// Of a program.
        var token: String?
        /// Of an administrator's window onto a login ID's screens.
        var window: String?
    }

    /// What is one company's.
    struct Place {
        let company: String
        let contract: String
        let number: String
        let administratorID: String
        let loginID: String
        let user: String
        let destination: String
        /// Of the operation that has set the number's forwarding.
        var operation = ""
        var ids: [String] = []
        /// Words that nobody else may ever read.
        var secrets: [String] { [company, destination, TelephoneText.grouped(destination), "\(company)-person"] }

        /// What a parameter of a path stands for; nil: none that there is one of.
        func value(_ parameter: String) -> String? {
            switch parameter {
            case "number": number
            case "group", "contract": contract
            case "login": loginID
            case "call": call
            case "operation": operation
            default: nil
            }
        }

        /// Of the call that the number has had.
        var call: String { "call-\(contract)" }
    }

    static let home = Place(
        company: "Home-KK", contract: "C-1001", number: "05011110001", administratorID: "home-admin",
        loginID: "home-login", user: "taro@home.example", destination: "0311110001")
    static let foreign = Place(
        company: "Foreign-KK", contract: "C-2002", number: "05022220002", administratorID: "foreign-admin",
        loginID: "foreign-login", user: "jiro@foreign.example", destination: "0322220002")

    let path: String
    let control: ControlDatabase
    let services: WebServices
    let routes: [Route]
    let administrator: ControlSession
    private(set) var people: [Person] = []
    private(set) var home = SiteFixture.home
    private(set) var foreign = SiteFixture.foreign
    private let responder: RouterResponder<PortalContext>
    private let visitor: VisitorToken

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/tsunagi-test-" + UUID().uuidString
        let directory = try DataDirectory(path: path, environment: [:])
        control = try ControlDatabase(directory, readers: 2)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        services = try WebServices(
            desk: SignInDesk(control, keys: try SignInDesk.keys(in: directory), cost: try ScryptCost(exponent: 1)),
            control: control, runtime: try RuntimeDatabase(directory), explainer: Taciturn(),
            key: [UInt8](repeating: 7, count: 32), logger: logger)
        administrator = ControlSession(control, principal: Principal(actor: "tester", source: "cli", role: .operator))
        var listener = PortalServer.Listener(host: "127.0.0.1", port: 0)
        listener.showsLabOutbox = true
        let router = try PortalServer.routes(services, listener)
        routes = router.trie.root.values().flatMap { value, path in
            value.methods.keys.map { Route(method: $0, path: path.description) }
        }.sorted { $0.description < $1.description }
        responder = router.buildResponder()
        var generator = SystemRandomNumberGenerator()
        visitor = VisitorToken(using: &generator)
        home = try furnish(Self.home)
        foreign = try furnish(Self.foreign)
    }

    /// Visits the sites of a new fixture, on threads of its own: on those that all tests share, each step of a request
    /// would wait behind other tests.
    static func visit(_ visit: (SiteFixture) async throws -> Void) async throws {
        let fixture = try SiteFixture()
        let executor = WebExecutor(threads: 2)
        do {
            try await withTaskExecutorPreference(executor) { try await visit(fixture) }
        } catch {
            Issue.record(error)
        }
        await executor.stop()
        try await fixture.services.workers.stop()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// - Returns: the place with the ids of what is there.
    private func furnish(_ place: Place) throws -> Place {
        var place = place
        let number = try PhoneNumber(typed: place.number)
        _ = try administrator.addCompany(named: place.company)
        _ = try administrator.addContract(place.contract, kind: "dotphone-office", company: place.company)
        for option in OptionService.allCases { _ = try administrator.addOption(option, toContract: place.contract) }
        _ = try administrator.addNumber(typed: place.number, at: .contract(place.contract), as: .directDial)
        let forwarding = try administrator.changeForwarding(
            of: .list([place.number], named: "a list"), .set(.busy, to: place.destination))
        place.operation = "\(try #require(forwarding.operation))"
        let admin = try administrator.addAdministratorID(place.administratorID, to: place.contract)
        let login = try administrator.addLoginID(place.loginID, to: place.contract, numbers: [number])
        var ids: [String] = [place.operation, place.call, admin.id, login.id]
        for (name, role) in [("chief", PortalUserProfile.Role.administrator), ("member", .general)] {
            let email = name + "." + place.user
            var profile = PortalUserProfile(email: email, name: "\(place.company)-person", telephone: "03-1234-5678")
            profile.role = role
            let user = try administrator.addUser(profile, to: place.company)
            ids += [user.id, email]
            _ = try enter(.user(email), user.id, "\(name) of \(place.company)", site: "portal")
        }
        _ = try administrator.addGroup("group", to: place.company)
        _ = try administrator.setContracts([place.contract], ofGroup: "group", of: place.company)
        _ = try administrator.setMembers(["member." + place.user], ofGroup: "group", of: place.company)
        let signedIn = try enter(
            .administratorID(place.administratorID), admin.id, "administrator of \(place.company)", site: "oa")
        _ = try enter(.loginID(place.loginID), login.id, "user of \(place.company)", site: "ou")
        ids.append(try open(place, by: signedIn))
        ids += try administrator.history(limit: 3).map { "\($0.id)" }
        ids += try administrator.sessions(limit: 4).map(\.id) + administrator.tokens(limit: 4).map(\.id)
        let now = services.now.milliseconds
        try services.runtime.append([
            CallRecord(
                id: place.call, callID: place.call, startedAt: now, endedAt: now, caller: place.destination,
                callee: place.number, status: 200, decisions: [], legs: [], ladder: [])
        ])
        place.ids = ids + [place.contract, place.number, place.administratorID, place.loginID]
        return place
    }

    /// The administrator opens a window onto the login ID's screens.
    ///
    /// - Returns: its id.
    private func open(_ place: Place, by administrator: SessionToken) throws -> String {
        let now = services.now
        let token = try services.desk.openLoginID(place.loginID, under: administrator, from: "192.0.2.7", at: now)
        let id = try services.desk.sessionID(of: token, at: now)
        let cookie = "\(Door.representation(id).sessionCookie)=\(token.text)"
        people.append(Person(name: "window of \(place.company)", cookie: cookie, window: id))
        return id
    }

    /// Somebody signs in, and has a program as well.
    private func enter(_ owner: TokenOwner, _ id: String, _ name: String, site: String) throws -> SessionToken {
        switch owner {
        case .user(let email): _ = try administrator.issuePassword(ofUser: email, cost: ScryptCost(exponent: 1))
        case .administratorID(let text):
            _ = try administrator.issuePassword(ofAdministratorID: text, cost: ScryptCost(exponent: 1))
        case .loginID(let text): _ = try administrator.issuePassword(ofLoginID: text, cost: ScryptCost(exponent: 1))
        case .oneself: break
        }
        var generator = SystemRandomNumberGenerator()
        let (token, session) = Session.start(at: services.now, using: &generator)
        try control.write { transaction in
            try transaction.save(
                NewSession(
                    id: session.id, hash: session.hash.text, accountID: id, representedID: nil, parentID: nil,
                    source: "192.0.2.7", value: session.stored, startedAt: session.started.milliseconds))
        }
        people.append(Person(name: name, cookie: "tsunagi-\(site)=\(token.text)"))
        let secret = try administrator.addToken(
            "program of the \(name)", for: owner, TokenScope(mayWrite: true, numbersOnly: false), days: 1
        ).secret
        people.append(Person(name: "program of the \(name)", token: secret))
        return token
    }

    /// Sends a request, with the seal of a form that this browser was given.
    ///
    /// - Parameters:
    ///   - special: headers instead of the usual ones; an empty one is left out.
    ///   - body: instead of the form's fields.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, as person: Person? = nil, form: [(String, String)] = [],
        json: String? = nil, headers special: HTTPFields = [:], body: RequestBody? = nil
    ) async throws -> Answer {
        var headers: HTTPFields = [.cookie: "tsunagi-visitor=\(visitor.text)"]
        if let person, !person.cookie.isEmpty {
            headers[.cookie] = "tsunagi-visitor=\(visitor.text); \(person.cookie)"
        }
        if let token = person?.token { headers[.authorization] = "Bearer \(token)" }
        headers[.contentType] = json == nil ? "application/x-www-form-urlencoded" : "application/json"
        let fields = method == .get ? [] : [(FormSeal.field, services.seal.text(for: visitor))] + form
        let text = json ?? fields.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
        if !text.isEmpty { headers[.contentLength] = "\(text.utf8.count)" }
        for field in special { headers[field.name] = field.value.isEmpty ? nil : field.value }
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: "127.0.0.1", path: path, headerFields: headers),
            body: body ?? RequestBody(buffer: ByteBuffer(string: text)))
        let channel = NIOAsyncTestingChannel()
        let response = try await responder.respond(
            to: request,
            context: PortalContext(source: ApplicationRequestContextSource(channel: channel, logger: services.logger)))
        let collector = Collector()
        try await response.body.write(collector)
        return Answer(
            status: response.status.code, text: String(buffer: collector.buffer), headers: response.headers)
    }

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// What a response's body is.
    private final class Collector: ResponseBodyWriter, @unchecked Sendable {
        var buffer = ByteBuffer()

        func write(_ buffer: ByteBuffer) async throws { self.buffer.writeImmutableBuffer(buffer) }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

/// Has nothing to say about any call.
private struct Taciturn: CallExplainer {
    func decisions(on question: CallQuestion) -> [Decision] { [] }
}
