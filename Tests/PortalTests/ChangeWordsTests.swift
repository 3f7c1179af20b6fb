import ControlPlane
import Directory
import Foundation
import SignIn
import Storage
import Testing

@testable import Portal

@Suite("Changes in words")
struct ChangeWordsTests {
    private let lab: Lab
    private let japanese: Catalogue
    private let tokyo: TimeZone

    init() throws {
        (lab, japanese) = (try Lab(), try Catalogue(.japanese))
        tokyo = try #require(TimeZone(identifier: "Asia/Tokyo"))
    }

    private func last() throws -> ChangeWords {
        ChangeWords(
            try #require(try lab.session.history(limit: 1).first), japanese,
            GuestClock(nil, ruleZone: tokyo, now: Date(timeIntervalSince1970: 0)))
    }

    private func texts(_ change: ChangeWords) -> [String] {
        change.differences.map { "\($0.name): \($0.before ?? "-") → \($0.after ?? "-")" }
    }

    @Test("A change of forwarding says what is different of rules, ring time and entries")
    func forwarding() throws {
        let form = ForwardingForm(
            forwards: true, operations: [.busy: .entry(1), .noAnswer: .voicemail], ringSeconds: "20",
            entries: ["03-1234-5678"])
        _ = try lab.session.setForwarding(of: lab.number, as: form)
        let change = try last()
        #expect(change.what == "050-1234-5601 転送設定")
        #expect(
            texts(change) == [
                "着信中転送: 転送しない → 03-1234-5678", "無応答転送: 転送しない → 留守番電話", "呼出時間: 30秒 → 20秒",
                "リスト1: （空欄） → 03-1234-5678",
            ])
    }

    @Test("What lies over the rules for a time is told with its end")
    func temporary() throws {
        _ = try lab.session.changeForwarding(
            of: lab.number, .layOver(.always, to: "0612345678", until: lab.now + 3_600_000))
        #expect(texts(try last()) == ["無条件転送: 番号の設定どおり → 06-1234-5678（2027-01-15 18:00 まで）"])
    }

    @Test("Rejected and blocked callers are named, with the hours if it is only these that differ")
    func screening() throws {
        _ = try lab.session.rejectAnonymous([.withheld, .payphone], of: lab.number)
        #expect(texts(try last()) == ["接続しない着信: 拒否しない → 非通知、公衆電話"])
        let evenings = Schedule(hours: try DailyHours("18:00-09:00"), days: try DaySet("mon-fri"))
        _ = try lab.session.rejectAnonymous([.withheld], schedule: .set(evenings), of: lab.number)
        #expect(texts(try last()) == ["接続しない着信: 非通知、公衆電話 → 非通知、公衆電話（月～金 18:00～09:00）"])
        _ = try lab.session.block(try PhoneNumber(typed: "09011112222"), for: lab.number)
        #expect(texts(try last()) == ["着信拒否の番号: - → 090-1111-2222"])
    }

    @Test("Anything else tells the members of its state that differ, as people call them")
    func other() throws {
        _ = try lab.session.addCompany(named: "Lab KK")
        #expect(try last().what == "Lab KK 企業の追加")
        #expect(texts(try last()).isEmpty)
        _ = try lab.session.addContract("C-1", kind: "dotphone-office", company: "Lab KK")
        #expect(texts(try last()) == ["企業: - → Lab KK"])
        for option in [OptionService.forwarding, .messageBox] {
            _ = try lab.session.addOption(option, toContract: "C-1")
        }
        #expect(try last().what == "C-1 オプションの契約")
        #expect(texts(try last()) == ["オプション: 転送・留守番 → 転送・留守番、メッセージボックス"])
        _ = try lab.session.addNumber(typed: "0312345678", at: .contract("C-1"), as: .directDial)
        let change = try last()
        #expect(change.what == "03-1234-5678 番号の追加")
        #expect(
            texts(change) == [
                "企業: - → Lab KK", "契約: - → C-1", "種別: - → ダイヤルイン追加番号",
                "オプション: - → 転送・留守番、メッセージボックス",
            ])
        // 050ダイヤルイン追加番号 is one of an IP telephone only, and an extension is none at all.
        for (typed, kind) in [("05012345678", "050ダイヤルイン追加番号"), ("1001", "内線")] {
            _ = try lab.session.addNumber(typed: typed, at: .contract("C-1"), as: .directDial)
            #expect(texts(try last()).contains("種別: - → \(kind)"))
        }
    }

    @Test("Whose account it was is told by the name, and what only the program needs is not told")
    func accounts() throws {
        _ = try lab.session.addCompany(named: "Lab KK")
        _ = try lab.session.addContract("C-1", kind: "dotphone-office", company: "Lab KK")
        _ = try lab.session.addOption(.forwarding, toContract: "C-1")
        _ = try lab.session.addNumber(typed: "05012345678", at: .contract("C-1"), as: .directDial)
        _ = try lab.session.addLoginID(
            "lab0001", to: "C-1", numbers: [try PhoneNumber(typed: "05012345678")])
        let change = try last()
        #expect(change.what == "lab0001 ログインIDの追加")
        #expect(texts(change) == ["契約: - → C-1", "番号: - → 050-1234-5678"])
    }
}
