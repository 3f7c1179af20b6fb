import ControlPlane
import Directory
import HTTPTypes
import Storage
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
            let seen = try site.administrator.history(limit: 1).first?.id ?? 0
            let done = try await site.ask(
                .post, "\(base)/set", as: chief, form: form("busy") + [("seen", "\(seen)")])
            let page = try await site.ask(.get, try #require(done.headers[.location]), as: chief)
            #expect(page.status == 200 && page.tells("うち1番号は"))
        }
    }

    @Test("what was set for a time, and hours, are told of before the numbers are set and after")
    func delays() async throws {
        try await SiteFixture.visit { site in
            let (home, chief) = (SiteFixture.home, try site.chief())
            let number = try PhoneNumber(typed: home.number)
            let base = "/portal/voice/\(home.contract)/many"
            let form = [("number", home.number), ("do", "set"), ("when", "busy"), ("to", "0399998888")]
            func set() async throws -> (confirmation: SiteFixture.Answer, done: SiteFixture.Answer) {
                let confirmation = try await site.ask(.post, "\(base)/check", as: chief, form: form)
                let seen = try #require(confirmation.seen)
                let done = try await site.ask(.post, "\(base)/set", as: chief, form: form + [("seen", seen)])
                return (confirmation, try await site.ask(.get, try #require(done.headers[.location]), as: chief))
            }
            _ = try site.administrator.changeForwarding(
                of: number, .layOver(.always, to: "0612345678", until: 4_070_876_400_000))
            let covered = try await set()
            #expect(covered.confirmation.tells("うち1番号は、期限のある設定がされているため"))
            #expect(covered.confirmation.tells("からは、話中は "))
            #expect(covered.done.tells("うち1番号は、期限のある設定がされているため") && !covered.done.tells("次の着信から"))
            _ = try site.administrator.restoreForwarding(.temporary(.list([number.national], named: "x")))
            _ = try site.administrator.setForwarding(
                of: number, when: .busy, to: home.destination,
                schedule: .set(Schedule(hours: try DailyHours("00:00-00:01"))))
            let scheduled = try await set()
            #expect(scheduled.confirmation.tells("うち1番号は、時間帯が設定されているため"))
            #expect(scheduled.confirmation.tells("「毎日 00:00～00:01」の間だけ、話中は "))
            #expect(scheduled.done.tells("うち1番号は、時間帯が設定されているため") && !scheduled.done.tells("次の着信から"))
        }
    }

    @Test("まとめて設定: what others have changed since the confirmation is named, and shown again instead of overwritten")
    func overtaken() async throws {
        try await SiteFixture.visit { site in
            let (home, chief) = (SiteFixture.home, try site.chief())
            let base = "/portal/voice/\(home.contract)/many"
            var form = [("number", home.number), ("do", "set"), ("when", "busy"), ("to", "0312345678")]
            let number = try PhoneNumber(typed: home.number)
            #expect(try await site.ask(.post, "\(base)/set", as: chief, form: form).status == 400)
            let confirmation = try await site.ask(.post, "\(base)/check", as: chief, form: form)
            #expect(confirmation.status == 200 && !confirmation.tells("まだ設定していません"))
            let seen = try #require(confirmation.seen)
            let changed = try site.administrator.setForwarding(of: number, when: .busy, to: "0399998888")
            let again = try await site.ask(.post, "\(base)/set", as: chief, form: form + [("seen", seen)])
            #expect(again.status == 422 && again.tells("まだ設定していません") && again.tells("1番号の設定が変更されました"))
            #expect(again.tells(TelephoneText.grouped(home.number)) && again.tells("tester が変更"))
            #expect(again.tells("03-9999-8888"))
            #expect(try site.administrator.forwarding(of: number) == changed)
            form.append(("seen", try #require(again.seen)))
            #expect(try await site.ask(.post, "\(base)/set", as: chief, form: form).status == 303)
            #expect(try site.administrator.forwarding(of: number).rules.map(\.to) == ["0312345678"])
        }
    }

    @Test("障害時の一括転送: what others have changed is shown again, when it begins and when it is ended")
    func outage() async throws {
        try await SiteFixture.visit { site in
            let (session, chief) = (site.administrator, try site.chief())
            _ = try session.addContract("Y0001001", kind: "ip-voice", company: SiteFixture.home.company)
            _ = try session.addOption(.forwarding, toContract: "Y0001001")
            _ = try session.addSite("TOKYO", named: "Tokyo", to: "Y0001001")
            _ = try session.addVoiceContract("N0001001", at: "TOKYO", of: "Y0001001")
            let numbers = try ["0312340001", "0312340002"].map { try PhoneNumber(typed: $0) }
            for number in numbers {
                _ = try session.addNumber(typed: number.national, at: .voiceContract("N0001001"), as: .directDial)
            }
            let base = "/portal/voice/Y0001001/outage"
            let form = [("site", "TOKYO"), ("to", "0612345678"), ("until", "2099-01-01T00:00")]
            #expect(try await site.ask(.post, "\(base)/start", as: chief, form: form).status == 400)
            let confirmation = try await site.ask(.post, base, as: chief, form: form)
            let seen = try #require(confirmation.seen)
            _ = try session.setForwarding(of: numbers[1], when: .always, to: "0399998888")
            let again = try await site.ask(.post, "\(base)/start", as: chief, form: form + [("seen", seen)])
            #expect(again.status == 422 && again.tells("1番号の設定が変更されました") && again.tells("03-9999-8888"))
            #expect(try session.forwarding(of: numbers[0]).temporary == nil)
            let start = form + [("seen", try #require(again.seen))]
            #expect(try await site.ask(.post, "\(base)/start", as: chief, form: start).status == 303)
            #expect(try numbers.allSatisfy { try session.forwarding(of: $0).temporary != nil })

            let page = try await site.ask(.get, base, as: chief)
            let shown = try #require(page.seen)
            let longer = ForwardingOrder.layOver(.always, to: "0399997777", until: 4_100_000_000_000)
            _ = try session.changeForwarding(of: numbers[0], longer)
            func end(_ seen: String?) async throws -> SiteFixture.Answer {
                try await site.ask(
                    .post, "\(base)/end", as: chief, form: [("site", "TOKYO")] + (seen.map { [("seen", $0)] } ?? []))
            }
            #expect(try await end(nil).status == 400)
            let refused = try await end(shown)
            #expect(refused.status == 422 && refused.tells("1番号の設定が変更されました") && refused.tells("03-1234-0001"))
            #expect(refused.tells("03-9999-7777") && refused.tells("もう一度［いま元に戻す］"))
            #expect(try numbers.allSatisfy { try session.forwarding(of: $0).temporary != nil })
            #expect(try await end(refused.seen).status == 303)
            #expect(try numbers.allSatisfy { try session.forwarding(of: $0).temporary == nil })
        }
    }
}

extension SiteFixture.Answer {
    /// The last change that the form on a page was made on.
    fileprivate var seen: String? { text.firstMatch(of: /name="seen" value="([^"]*)"/).map { String($0.1) } }
}
