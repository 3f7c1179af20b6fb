import ControlPlane
import Foundation
import HTTPTypes
import Storage
import Testing

@testable import Portal

/// Everybody asks for everything that is another company's, by every way there is. New routes are asked for as soon as they
/// are there: the list is the router's own.
@Suite struct CrawlTests {
    private static let actors = [
        SiteFixture.home.administratorID, SiteFixture.home.loginID, "chief.\(SiteFixture.home.user)",
        "member.\(SiteFixture.home.user)",
    ]
    private static let methods: Set<HTTPRequest.Method> = [.post, .put, .patch, .delete]
    /// Fields that forms name things by.
    private static let fields = [
        "id", "ids", "number", "numbers", "login", "loginID", "name", "user", "email", "contract", "company", "site",
        "voiceContract", "group", "session", "token", "change", "operation", "call", "to", "q", "cursor",
    ]

    @Test("nobody is shown anything of another company, nothing of it changes, and nothing falls over")
    func foreign() async throws {
        try await SiteFixture.visit { fixture in
            let strangers = fixture.people.filter { $0.name.hasSuffix(SiteFixture.home.company) }
            #expect(strangers.count == 9)
            let last = try fixture.administrator.history(limit: 1).first?.id ?? 0
            let asked = try await withThrowingTaskGroup(of: Int.self) { group in
                for person in strangers { group.addTask { try await Self.crawl(as: person, fixture) } }
                return try await group.reduce(0, +)
            }
            #expect(asked > 1_000)
            let foreign = Set(
                fixture.foreign.ids + [fixture.foreign.company, "+81\(fixture.foreign.number.dropFirst())"])
            let changes = try fixture.administrator.history(limit: 10_000).filter {
                $0.id > last && Self.actors.contains($0.actor)
            }
            for change in changes where foreign.contains(change.key) {
                Issue.record("\(change.actor) did \(change.action) to \(change.key)")
            }
        }
    }

    @Test("who is not signed in gets to no page behind a sign-in")
    func nobody() async throws {
        try await SiteFixture.visit { fixture in
            for route in fixture.routes where !route.path.hasPrefix("/lab/") {
                let path = Self.paths(route, [SiteFixture.home.number]).first ?? route.path
                let answer = try await fixture.ask(route.method, path)
                #expect(answer.status < 500, "\(route): \(answer.text)")
                let told = SiteFixture.home.secrets.filter { answer.tells($0) }
                #expect(told.isEmpty, "\(route) tells nobody of \(told)")
                if route.path.hasPrefix("/api/v1") { #expect(answer.status == 401, "\(route)") }
            }
        }
    }

    @Test("people see what is theirs, so that the test above can fail")
    func own() async throws {
        try await SiteFixture.visit { fixture in
            for person in fixture.people where person.name.hasSuffix(SiteFixture.home.company) {
                guard person.token != nil else { continue }
                let answer = try await fixture.ask(
                    .get, "/api/v1/numbers/\(SiteFixture.home.number)/forwarding", as: person)
                #expect(answer.status == 200 && answer.text.contains(SiteFixture.home.destination), "\(person.name)")
            }
            let administrator = try #require(
                fixture.people.first { $0.name == "administrator of \(SiteFixture.home.company)" })
            let list = try await fixture.ask(.get, "/oa", as: administrator)
            #expect(list.status == 200 && list.text.contains(SiteFixture.home.loginID))
            #expect(!list.text.contains(SiteFixture.foreign.loginID))
            let home = fixture.home
            let chief = try fixture.chief()
            let call = "/portal/voice/\(home.contract)/numbers/\(home.number)/calls/\(home.call)"
            #expect(try await fixture.ask(.get, call, as: chief).status == 200)
            let window = try #require(fixture.people.first { $0.name == "window of \(home.company)" })
            let screen = "/ou/for/\(try #require(window.window))/numbers/\(home.number)"
            let form = try await fixture.ask(.get, "\(screen)/forwarding", as: window)
            #expect(form.status == 200 && form.tells(home.destination.suffix(4).description))
            #expect(try await fixture.ask(.get, "\(screen)/calls/\(home.call)", as: window).status == 200)
            for (site, name) in [("oa", "administrator"), ("ou", "user"), ("portal", "chief"), ("portal", "member")] {
                let person = try #require(fixture.people.first { $0.name == "\(name) of \(SiteFixture.home.company)" })
                let tokens = try await fixture.ask(.get, "/\(site)/tokens", as: person)
                #expect(tokens.text.contains("program of the \(person.name)"), "\(person.name)")
                let history = try await fixture.ask(.get, "/\(site)/history", as: person)
                #expect(history.text.contains(SiteFixture.home.destination.suffix(4)), "\(person.name)")
            }
        }
    }

    @Test("no form is taken without its seal, and no page changes anything by being asked for")
    func forms() async throws {
        try await SiteFixture.visit { fixture in
            let last = try fixture.administrator.history(limit: 1).first?.id
            for route in fixture.routes where !APIMiddleware.isOurs(route.path) {
                for person in fixture.people {
                    let path = Self.paths(route, [SiteFixture.home.loginID]).first ?? route.path
                    let isForm = Self.methods.contains(route.method)
                    // A body of another kind has no seal.
                    let answer = try await fixture.ask(route.method, path, as: person, json: isForm ? "name=a" : nil)
                    if isForm { #expect([403, 400].contains(answer.status), "\(route) as \(person.name)") }
                }
            }
            #expect(try fixture.administrator.history(limit: 1).first?.id == last)
        }
    }

    /// Asks for every route by everything that is another company's.
    ///
    /// - Returns: how often it has asked.
    private static func crawl(as person: SiteFixture.Person, _ fixture: SiteFixture) async throws -> Int {
        var asked = 0
        for route in fixture.routes {
            for path in paths(route, of: fixture.foreign, as: person, at: fixture.home) {
                for answer in try await answers(route, path, person, fixture) {
                    asked += 1
                    #expect(answer.status < 500, "\(route) at \(path) as \(person.name): \(answer.text)")
                    let told = fixture.foreign.secrets.filter { answer.tells($0) && !answer.asked.contains($0) }
                    #expect(told.isEmpty, "\(route) at \(path) tells \(person.name) of \(told)")
                }
            }
        }
        return asked
    }

    /// A path for each thing that its parameter could stand for; one of the last kind where it has several.
    private static func paths(_ route: SiteFixture.Route, _ ids: [String]) -> [String] {
        guard !route.parameters.isEmpty else { return [route.path] }
        return ids.map { id in
            route.path.split(separator: "/").map { part in
                part.hasPrefix("{") ? SiteFixture.encoded(value(String(part.dropFirst().dropLast()), id)) : String(part)
            }.reduce("") { "\($0)/\($1)" }
        }
    }

    /// A path for each thing of a place that its parameters could stand for: each of them in turn with what is one's own
    /// in the places of the others, and all of them at once. A window is one's own where one has one, so that there is
    /// somebody behind it.
    private static func paths(
        _ route: SiteFixture.Route, of place: SiteFixture.Place, as person: SiteFixture.Person,
        at home: SiteFixture.Place
    ) -> [String] {
        let named = route.parameters.filter { value($0, "") == "" && !($0 == "window" && person.window != nil) }
        let foreign: [Set<String>] = [Set(named)] + (named.count > 1 ? named.map { [$0] } : [])
        let paths = foreign.flatMap { foreign in
            (named.isEmpty ? [""] : place.ids).map { id in
                route.path.split(separator: "/").reduce("") { path, part in
                    guard part.hasPrefix("{") else { return "\(path)/\(part)" }
                    let name = String(part.dropFirst().dropLast())
                    let own = name == "window" ? person.window : home.value(name)
                    return "\(path)/\(SiteFixture.encoded(foreign.contains(name) ? id : value(name, own ?? id)))"
                }
            }
        }
        return paths
    }

    /// What is not the name of anything is right, so that the request comes as far as it can.
    private static func value(_ parameter: String, _ id: String) -> String {
        switch parameter {
        case "condition": "busy"
        case "slot": "1"
        case "caller": "0399990000"
        default: id
        }
    }

    private static func answers(
        _ route: SiteFixture.Route, _ path: String, _ person: SiteFixture.Person, _ fixture: SiteFixture
    ) async throws -> [SiteFixture.Answer] {
        if person.token != nil {
            guard APIMiddleware.isOurs(route.path) else { return [] }
            return try await program(route, path, person, fixture)
        }
        let endsVisit = route.path.hasSuffix("/sign-out") || route.path.hasSuffix("{window}/end")
        guard !APIMiddleware.isOurs(route.path), !endsVisit else { return [] }
        let ids = fixture.foreign.ids
        // With parameters, the path names what is foreign; without, the fields do.
        let isBare = route.parameters.allSatisfy { $0 == "window" }
        let rounds = isBare ? ids : ids.suffix(1)
        var answers: [SiteFixture.Answer] = []
        for id in rounds {
            let query = fields.map { "\($0)=\(SiteFixture.encoded(id))" }.joined(separator: "&")
            answers.append(
                try await fixture.ask(
                    route.method, route.method == .get ? "\(path)?\(query)" : path, as: person,
                    form: fields.map { ($0, id) }))
        }
        return answers
    }

    private static func program(
        _ route: SiteFixture.Route, _ path: String, _ person: SiteFixture.Person, _ fixture: SiteFixture
    ) async throws -> [SiteFixture.Answer] {
        guard
            let operation = APIOperation.all.first(where: {
                $0.method == route.method && APIOperation.base + $0.path == route.path
            })
        else { return [try await fixture.ask(route.method, path, as: person)] }
        var answers: [SiteFixture.Answer] = []
        let bodies = operation.body == nil ? [nil] : bodies(of: operation.id, fixture.foreign)
        for body in bodies {
            var answer = try await fixture.ask(route.method, path, as: person, json: body ?? "")
            answer.asked = body ?? ""
            answers.append(answer)
        }
        for parameter in operation.query {
            for id in fixture.foreign.ids {
                // One that is made of it, as a stranger could.
                let value = parameter.name == "cursor" ? APICursor.text(of: id, in: operation.id) : id
                answers.append(
                    try await fixture.ask(
                        route.method, "\(path)?\(parameter.name)=\(SiteFixture.encoded(value))", as: person))
            }
        }
        return answers
    }

    private static func bodies(of operation: String, _ foreign: SiteFixture.Place) -> [String?] {
        switch operation {
        case "setForwarding": [#"{"rules": [{"when": "busy", "to": "0399990000"}]}"#]
        case "setForwardingRule", "saveDestination": [#"{"to": "0399990000"}"#]
        case "setAnonymousCalls": [#"{"rejected": ["withheld"]}"#]
        case "addUser":
            [#"{"company": "\#(foreign.company)", "email": "x@lab.test", "name": "x", "telephone": "0312345678"}"#]
        case "editUser": [#"{"title": "Changed"}"#]
        case "changeMany":
            [
                #"{"numbers": ["\#(foreign.number)"], "when": "always", "to": "0399990000"}"#,
                #"{"contract": "\#(foreign.contract)", "when": "always", "to": "0399990000", "skipRefused": true}"#,
                #"{"company": "x", "when": "always", "preview": true}"#,
            ]
        default: ["{}"]
        }
    }
}
