import ControlPlane
import Foundation
import HTTPTypes
import Testing

@testable import Portal

@Suite("The form of a portal user")
struct UserFormTests {
    @Test("a portal administrator who sends SKIP is told so beside the field")
    func refusesSkip() async throws {
        try await SiteFixture.visit { site in
            let chief = try site.chief()
            let user = try site.administrator.user("member.\(SiteFixture.home.user)")
            let answer = try await site.ask(
                .post, "/portal/users/\(user.id)/edit", as: chief, form: site.form(of: user, factor: "none"))
            #expect(answer.status == 422)
            #expect(answer.tells("id=\"factor-problem\""))
            #expect(try site.administrator.user("member.\(SiteFixture.home.user)").profile.secondFactor == .open)
        }
    }

    @Test("a user stays in a group that comes after those that a form offers")
    func keepsGroups() async throws {
        try await SiteFixture.visit { site in
            for index in 1...500 { _ = try site.administrator.addGroup("a\(index)", to: SiteFixture.home.company) }
            let (chief, email) = (try site.chief(), "member.\(SiteFixture.home.user)")
            let user = try site.administrator.user(email)
            let path = "/portal/users/\(user.id)/edit"
            let page = try await site.ask(.get, path, as: chief)
            let chosen = page.text.matches(of: /name="group" value="([^"]*)" checked/).map { ("group", String($0.1)) }
            #expect(chosen.count == 1)
            let form = site.form(of: user, factor: user.profile.secondFactor.rawValue) + chosen
            #expect(try await site.ask(.post, path, as: chief, form: form).status == 303)
            #expect(try site.administrator.user(email).profile.groups == user.profile.groups)
        }
    }
}

extension SiteFixture {
    /// The portal administrator of the company at home.
    func chief() throws -> Person { try #require(people.first { $0.name == "chief of \(Self.home.company)" }) }

    /// What the form of a user sends who is left as they are.
    fileprivate func form(of user: PortalUserState, factor: String) -> [(String, String)] {
        [
            ("name", user.profile.name), ("email", user.profile.email), ("telephone", user.profile.telephone),
            ("factor", factor), ("role", user.profile.role.rawValue), ("language", "ja"),
            ("time-zone", user.profile.timeZone), ("notifications", "on"),
        ]
    }
}
