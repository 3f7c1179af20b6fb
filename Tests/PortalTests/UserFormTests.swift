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

    @Test("a form that is corrected still knows no more than when it was opened, and once it is told, it does")
    func keepsSince() async throws {
        try await SiteFixture.visit { site in
            let (chief, email) = (try site.chief(), "member.\(SiteFixture.home.user)")
            let user = try site.administrator.user(email)
            let path = "/portal/users/\(user.id)/edit"
            let opened = try await site.ask(.get, path, as: chief).since
            _ = try site.administrator.editUser(email) { $0.title = "Head" }
            func save(_ since: String, _ changes: [String: String] = [:]) async throws -> SiteFixture.Answer {
                let fields = site.form(of: user, factor: user.profile.secondFactor.rawValue).map { name, value in
                    (name, name == "since" ? since : changes[name] ?? value)
                }
                return try await site.ask(.post, path, as: chief, form: fields)
            }
            let refused = try await save(opened, ["telephone": "?"])
            #expect(refused.status == 422 && refused.since == opened)
            let overtaken = try await save(refused.since)
            #expect(overtaken.status == 422 && overtaken.tells("tester"))
            #expect(try site.administrator.user(email).profile.title == "Head")
            #expect(overtaken.since != opened)
            // What was left alone is as the other one has made it.
            #expect(overtaken.text.contains(#"value="Head""#))
            #expect(try await save(overtaken.since).status == 303)
            #expect(try site.administrator.user(email).profile.title.isEmpty)
        }
    }

    @Test("who saves a user group is told of what somebody else has changed of it meanwhile")
    func groupSince() async throws {
        try await SiteFixture.visit { site in
            let chief = try site.chief()
            let group = try site.administrator.group("group", of: SiteFixture.home.company)
            let path = "/portal/groups/\(group.id)"
            let opened = try await site.ask(.get, path, as: chief).since
            _ = try site.administrator.setMembers([], ofGroup: "group", of: group.company)
            func save(_ since: String, name: String = "group") async throws -> SiteFixture.Answer {
                let fields = [("name", name), ("since", since), ("contract", SiteFixture.home.contract)]
                return try await site.ask(.post, path, as: chief, form: fields + group.members.map { ("member", $0) })
            }
            let refused = try await save(opened, name: "")
            #expect(refused.status == 422 && refused.since == opened)
            let overtaken = try await save(opened)
            #expect(overtaken.status == 422 && overtaken.tells("tester"))
            #expect(try site.administrator.group(id: group.id).members.isEmpty)
            #expect(!overtaken.text.contains(/name="member" value="[^"]*" checked/))
            #expect(try await save(overtaken.since).status == 303)
            #expect(try site.administrator.group(id: group.id).members == group.members)
        }
    }
}

extension SiteFixture.Answer {
    /// The last change that the form on a page knows of.
    fileprivate var since: String {
        text.firstMatch(of: /name="since" value="([0-9]+)"/).map { String($0.1) } ?? ""
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
            ("time-zone", user.profile.timeZone), ("notifications", "on"), ("since", "0"),
        ]
    }
}
