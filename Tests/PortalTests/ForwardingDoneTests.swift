import ControlPlane
import Directory
import HTTPTypes
import Storage
import Testing

@testable import Portal

@Suite("転送（番号ごと）設定完了")
struct ForwardingDoneTests {
    private let path = "/portal/voice/C-1001/numbers/05011110001/forwarding/done"

    @Test("what is set applies from the next call on where nothing goes before it, and else is told when it does")
    func applies() async throws {
        try await SiteFixture.visit { site in
            let (session, number) = (site.administrator, try PhoneNumber(typed: SiteFixture.home.number))
            func page() async throws -> SiteFixture.Answer {
                let answer = try await site.ask(.get, path, as: site.chief(), headers: [.acceptLanguage: "en"])
                #expect(answer.status == 200)
                return answer
            }
            #expect(try await page().tells("It applies from the next call on."))
            _ = try session.setForwarding(
                of: number, when: .busy, to: "0399998888",
                schedule: .set(Schedule(hours: try DailyHours("00:00-00:01"))))
            let scheduled = try await page()
            #expect(!scheduled.tells("from the next call on") && scheduled.tells("What has hours of its own"))
            #expect(scheduled.tells("At these times only (daily 00:00–00:01): When busy"))
            _ = try session.changeForwarding(of: number, .layOver(.always, to: "0612345678", until: 4_070_876_400_000))
            let covered = try await page()
            #expect(!covered.tells("from the next call on") && covered.tells("for a time goes before it"))
        }
    }

    @Test("that a number has no calls does not say that nobody was forwarded to it")
    func noCalls() async throws {
        try await SiteFixture.visit { site in
            let (session, home) = (site.administrator, SiteFixture.home)
            _ = try session.addNumber(typed: "05011110009", at: .contract(home.contract), as: .directDial)
            let calls = "/portal/voice/\(home.contract)/numbers/05011110009/calls"
            let page = try await site.ask(.get, calls, as: site.chief(), headers: [.acceptLanguage: "en"])
            #expect(page.tells("A call that was forwarded here is listed with the number that was called."))
        }
    }
}
