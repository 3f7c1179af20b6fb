import ControlPlane
import Directory
import HTTPTypes
import Testing

@testable import Portal

@Suite("まとめて設定")
struct ManyNumbersTests {
    @Test("where calls are forwarded unconditionally, the other rules are said to rest, before and after they are set")
    func rests() async throws {
        try await SiteFixture.visit { site in
            let (home, chief) = (SiteFixture.home, try site.chief())
            let base = "/portal/voice/\(home.contract)/many"
            func form(_ when: String) -> [(String, String)] {
                [("number", home.number), ("do", "set"), ("when", when), ("to", "0312345678")]
            }
            #expect(try await !site.ask(.post, "\(base)/check", as: chief, form: form("busy")).tells("うち1番号は"))
            _ = try site.administrator.setForwarding(
                of: PhoneNumber(typed: home.number), when: .always, to: home.destination)
            #expect(try await site.ask(.post, "\(base)/check", as: chief, form: form("busy")).tells("うち1番号は"))
            #expect(try await !site.ask(.post, "\(base)/check", as: chief, form: form("always")).tells("うち1番号は"))
            let done = try await site.ask(.post, "\(base)/set", as: chief, form: form("busy"))
            let page = try await site.ask(.get, try #require(done.headers[.location]), as: chief)
            #expect(page.status == 200 && page.tells("うち1番号は"))
        }
    }
}
