import ControlPlane
import Directory
import HTTPTypes
import Testing

@testable import Portal

@Suite("番号非通知拒否サービス設定")
struct AnonymousPageTests {
    @Test("the business portal sets it too, by a link from the number's page")
    func businessPortal() async throws {
        try await SiteFixture.visit { site in
            let (home, number) = (SiteFixture.home, try PhoneNumber(typed: SiteFixture.home.number))
            let member = try #require(site.people.first { $0.name == "member of \(home.company)" })
            for person in [try site.chief(), member] {
                let base = "/portal/voice/\(home.contract)/numbers/\(home.number)"
                let page = try await site.ask(.get, "\(base)/forwarding", as: person)
                #expect(page.tells("href=\"\(base)/anonymous\""))
                #expect(try await site.ask(.get, "\(base)/anonymous", as: person).status == 200)
                let seen = try site.administrator.anonymousSheet(of: number).lastChange
                let form = [("seen", "\(seen)"), ("reject", "on"), ("reason", "payphone")]
                let answer = try await site.ask(.post, "\(base)/anonymous", as: person, form: form)
                #expect(answer.status == 303 && answer.headers[.location] == "\(base)/anonymous/done")
                #expect(try await site.ask(.get, "\(base)/anonymous/done", as: person).status == 200)
                #expect(try site.administrator.anonymous(of: number).rejected == [.payphone])
                _ = try site.administrator.acceptAnonymous([], of: number)
            }
        }
    }

    @Test("where there are hours, nothing is said to apply from the next call on")
    func hours() async throws {
        try await SiteFixture.visit { site in
            let home = SiteFixture.home
            let path = "/portal/voice/\(home.contract)/numbers/\(home.number)/anonymous/done"
            _ = try site.administrator.rejectAnonymous([], of: PhoneNumber(typed: home.number))
            #expect(try await site.ask(.get, path, as: site.chief()).tells("次の着信から"))
            _ = try site.administrator.rejectAnonymous(
                [], schedule: .set(Schedule(hours: try DailyHours("18:00-09:00"))), of: PhoneNumber(typed: home.number))
            let done = try await site.ask(.get, path, as: site.chief())
            #expect(!done.tells("次の着信から") && done.tells("18:00～09:00"))
        }
    }

    @Test("a number without the option has neither the page nor the link")
    func withoutOption() async throws {
        try await SiteFixture.visit { site in
            let home = SiteFixture.home
            _ = try site.administrator.removeOption(.anonymousRejection, fromContract: home.contract)
            let base = "/portal/voice/\(home.contract)/numbers/\(home.number)"
            let chief = try site.chief()
            #expect(try await !site.ask(.get, "\(base)/forwarding", as: chief).tells("/anonymous"))
            #expect(try await site.ask(.get, "\(base)/anonymous", as: chief).status == 404)
        }
    }
}
