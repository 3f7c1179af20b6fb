import ControlPlane
import HTTPTypes
import Testing

@testable import Portal

@Suite("The form that changes the language")
struct LanguageFormTests {
    @Test("it leads to a page from every page that answers a form")
    func leadsToPages() async throws {
        try await SiteFixture.visit { site in
            var shown: Set<String> = []
            let people = site.people.filter { $0.name.hasSuffix(SiteFixture.home.company) && $0.token == nil }
            for route in site.routes where route.method == .post && !APIMiddleware.isOurs(route.path) {
                // After these somebody is not signed in any more.
                guard !["/sign-out", "/end", "{login}/password"].contains(where: route.path.hasSuffix) else { continue }
                for (person, path) in people.flatMap({ person in site.ownPaths(of: route).map { (person, $0) } }) {
                    let answer = try await site.ask(.post, path, as: person, form: Self.form)
                    guard [200, 422].contains(answer.status), let back = Self.back(answer.text) else { continue }
                    shown.insert(route.path)
                    let choice = try await site.ask(
                        .post, "/language", as: person, form: [("language", "en"), ("back", back)])
                    let target = try #require(choice.headers[.location])
                    let page = try await site.ask(.get, target, as: person)
                    #expect(page.status < 400, "\(route) leads \(person.name) to \(target)")
                }
            }
            #expect(shown.count > 10, "\(shown.sorted())")
        }
    }

    @Test("a path that only takes a form stands for the nearest page above it")
    func nearest() async throws {
        try await SiteFixture.visit { site in
            let listener = PortalServer.Listener(host: "127.0.0.1", port: 0)
            let paths = RoutedPaths()
            paths.learn(try PortalServer.routes(site.services, listener))
            for (path, page) in [
                ("/portal/voice/C-1/many/check", "/portal/voice/C-1"),
                ("/portal/voice/C-1/many/7", "/portal/voice/C-1/many/7"), ("/oa/login-ids/view", "/oa"),
                ("/oa/sign-in/code/again", "/oa/sign-in/step"), ("/language", "/portal"),
                ("/oa/sms-numbers/edit?x=1", "/oa/sms-numbers"), ("/oa?q=1", "/oa?q=1"), ("/nowhere", "/nowhere"),
            ] { #expect(paths.page(of: path) == page) }
        }
    }

    @Test("who signs out leaves no language behind, unless somebody is signed in at another site of the same browser")
    func signedOut() async throws {
        try await SiteFixture.visit { site in
            func person(_ name: String) throws -> SiteFixture.Person {
                try #require(site.people.first { $0.name == "\(name) of \(SiteFixture.home.company)" })
            }
            var both = try person("administrator")
            both.cookie += "; \(try person("user").cookie); tsunagi-language=en"
            let first = try await site.ask(.post, "/oa/sign-out", as: both)
            #expect(first.status == 303 && !Self.endsLanguage(first))
            let last = try await site.ask(.post, "/ou/sign-out", as: both)
            #expect(last.status == 303 && Self.endsLanguage(last))
            #expect(
                try await site.ask(.get, "/ou/sign-in", headers: [.acceptLanguage: "ja"]).tells("<html lang=\"ja\">"))
            // What a visitor has chosen stays.
            let visitor = SiteFixture.Person(name: "nobody", cookie: "tsunagi-language=en")
            let chosen = try await site.ask(.get, "/ou/sign-in", as: visitor, headers: [.acceptLanguage: "ja"])
            #expect(chosen.tells("<html lang=\"en\">") && !Self.endsLanguage(chosen))
        }
    }

    private static func endsLanguage(_ answer: SiteFixture.Answer) -> Bool {
        answer.headers[values: .setCookie].contains { $0.hasPrefix("tsunagi-language=;") && $0.contains("Max-Age=0") }
    }

    /// What most forms refuse, and show again.
    private static let form = [("site", "?"), ("to", "?"), ("seen", "0"), ("since", "0"), ("reject", "on")]

    /// What the form on a page says of where it is.
    private static func back(_ text: String) -> String? {
        text.firstMatch(of: /name="back" value="([^"]*)"/).map { String($0.1).replacing("&amp;", with: "&") }
    }
}

extension SiteFixture {
    /// The paths of a route to what is the company's at home.
    fileprivate func ownPaths(of route: Route) -> [String] {
        var paths = [""]
        for part in route.path.split(separator: "/") {
            let name = part.hasPrefix("{") ? String(part.dropFirst().dropLast()) : nil
            let isUserGroup = route.path.hasPrefix("/portal/groups/")
            let own = name.flatMap { isUserGroup ? nil : home.value($0) }
            let values = name == nil ? [String(part)] : own.map { [$0] } ?? home.ids
            paths = paths.flatMap { path in values.map { "\(path)/\(Self.encoded($0))" } }
        }
        return paths
    }
}
