import Directory
import Foundation
import SignIn
import Testing

@testable import Portal

@Suite("Decisions about a call in words")
struct DecisionWordsTests {
    /// Of 2026-12-29 20:00 in Tokyo.
    private static let finding = Schedule(
        hours: try? DailyHours("18:00-09:00"), days: (try? DaySet("mon-fri")) ?? .everyDay
    ).finding(at: LocalMoment(milliseconds: 1_798_542_000_000, utcOffset: 32_400) { _ in nil })

    private let clock: GuestClock

    init() throws {
        clock = GuestClock(
            nil, ruleZone: try #require(TimeZone(identifier: "Asia/Tokyo")), now: Date(timeIntervalSince1970: 0))
    }

    static let every: [Decision] = [
        .emergency(number: "110"), .emergencyCallback, .callerHidden, .callerShown,
        .callerIdentified(as: "0901111222"), .callerWithoutNumber(.payphone), .callerUnknown,
        .callerNotEntitled(number: "05012345601"),
        .anonymousRejected(.withheld, number: "05012345601", status: 433),
        .anonymousAccepted(.unavailable, number: "05012345601"),
        .anonymousScheduled(number: "05012345601", finding),
        .callerBlocked(caller: "0901111222", number: "05012345601", status: 603),
        .forwarded(condition: .always, number: "05012345601", to: "0312345678"),
        .scheduled(condition: .busy, number: "05012345601", finding),
        .temporary(condition: .always, number: "05012345601", to: "voicemail", until: "2026-12-29 09:00"),
        .temporary(condition: .always, number: "05012345601", to: nil, until: "2026-12-29 09:00"),
        .deflected(number: "05012345601", to: "0312345678"), .forwardingLimitReached(limit: 5, status: 482),
        .forwardingLoop(path: ["05012345601", "05012345602", "05012345601"], status: 482),
        .noRule(condition: .noAnswer, number: "05012345601"),
        .wouldForward(condition: .busy, number: "05012345601", to: "0312345678", afterSeconds: nil),
        .wouldForward(condition: .noAnswer, number: "05012345601", to: "voicemail", afterSeconds: 20),
        .rings(number: "05012345601", contacts: 2), .notRegistered(number: "05012345601"),
        .busy(number: "05012345601"), .notAnswered(number: "05012345601", afterSeconds: 20),
        .notAnswered(number: "05012345601", afterSeconds: nil), .unreachable(number: "05012345601", status: 503),
        .failed(number: "05012345601", status: 500),
        .toTrunk(prefix: "03", number: "0312345678", hop: "sip:gw.example"), .toURI("sip:bob@example.jp"),
        .toVoicemail("sip:vm@example.jp"), .noSuchNumber("1001"), .noRoute("0312345678"), .answered(by: "05012345601"),
        .cancelledByCaller, .refused(status: 480, reason: "no voice mail"),
    ]

    @Test("Every decision has its words in both languages, with nothing left open", arguments: Language.allCases)
    func complete(language: Language) throws {
        let words = try Catalogue(language)
        for decision in Self.every {
            let text = DecisionWords(decision, words, clock)
            for part in [text.what, text.why ?? ""] {
                #expect(!part.contains("[") && !part.contains("{"), "\(decision): \(part)")
            }
        }
    }

    @Test("They say which number, why, and what is decisive")
    func words() throws {
        let japanese = try Catalogue(.japanese)
        let rejected = DecisionWords(.anonymousRejected(.withheld, number: "05012345601", status: 433), japanese, clock)
        #expect(rejected.what == "番号非通知拒否：接続しません")
        #expect(rejected.why == "050-1234-5601 は非通知の着信を拒否する設定です（応答 433）。")
        #expect(rejected.isDecisive)
        let scheduled = DecisionWords(
            .scheduled(condition: .busy, number: "05012345601", Self.finding), japanese, clock)
        #expect(scheduled.what == "着信中転送：時間帯の中")
        #expect(scheduled.why == "2026-12-29（火）20:00 は18:00～09:00 の中です。")
        #expect(!scheduled.isDecisive)
        let english = DecisionWords(
            .wouldForward(condition: .noAnswer, number: "05012345601", to: "voicemail", afterSeconds: 20),
            try Catalogue(.english), clock)
        #expect(english.what == "When not answered: after 20 seconds calls would go on to Voice mail")
    }

    @Test(
        "A national holiday has its name in the page's language, and what an administrator has added the one it was given",
        arguments: [
            (Language.japanese, "勤労感謝の日", "（火・勤労感謝の日）"), (.english, "勤労感謝の日", "(Labor Thanksgiving Day)"),
            (.english, "創立記念日", "(創立記念日)"),
        ])
    func holidays(language: Language, name: String, shown: String) throws {
        let finding = Schedule(hours: nil, days: try DaySet("holidays"))
            .finding(at: LocalMoment(milliseconds: 1_798_542_000_000, utcOffset: 32_400) { _ in name })
        let decision = Decision.scheduled(condition: .busy, number: "05012345601", finding)
        let why = try #require(DecisionWords(decision, try Catalogue(language), clock).why)
        #expect(why.contains(shown), "\(why)")
    }

    @Test("An outcome says why nobody answered, and of which phone")
    func outcomes() throws {
        let words = try Catalogue(.japanese)
        func outcome(_ status: Int, _ decisions: [Decision]) -> CallOutcome {
            CallOutcome(
                CallRecord(
                    id: "1", callID: "1@x", startedAt: 0, endedAt: 0, caller: "0901111222", callee: "05012345601",
                    status: status, decisions: decisions, legs: [], ladder: []), words, clock)
        }
        let onward = Decision.forwarded(condition: .unreachable, number: "05012345601", to: "05012345602")
        let away = outcome(480, [.notRegistered(number: "05012345601")])
        #expect(away.text == "接続できず" && away.reasons == ["050-1234-5601 の電話機はつながっていません"])
        let both = outcome(
            480, [.notRegistered(number: "05012345601"), onward, .notAnswered(number: "05012345602", afterSeconds: 20)])
        #expect(both.text == "応答なし")
        #expect(both.reasons.map { $0.suffix(6) } == ["5602 へ転送", "応答しませんでした"].map { $0.suffix(6) })
        let busy = outcome(486, [.notRegistered(number: "05012345601"), onward, .busy(number: "05012345602")])
        #expect(busy.text == "話中" && busy.reasons.count == 1)
        // What became of the first phone does not say why the destination at a trunk was not reached.
        let beyond = outcome(480, [.notRegistered(number: "05012345601"), onward])
        #expect(beyond.text == "応答なし" && beyond.reasons.count == 1)
        let gone = outcome(487, [.unreachable(number: "05012345601", status: 503), onward, .cancelledByCaller])
        #expect(gone.text == "発信者が切断" && gone.reasons.count == 1)
        #expect(outcome(200, [.notRegistered(number: "05012345601"), onward]).reasons.count == 1)
    }

    @Test("Somebody elsewhere reads ends in the own zone, and whose clock hours are of")
    func elsewhere() throws {
        let japanese = try Catalogue(.japanese)
        let zone = try #require(TimeZone(identifier: "Europe/London"))
        let london = GuestClock(zone, ruleZone: clock.ruleZone, now: clock.now)
        let laid = Decision.temporary(
            condition: .always, number: "05012345601", to: "0312345678", until: "2026-12-29 09:00")
        #expect(
            DecisionWords(laid, japanese, london).what == "無条件転送：2026-12-29 00:00 まで一時的に 03-1234-5678 へ")
        let scheduled = Decision.scheduled(condition: .busy, number: "05012345601", Self.finding)
        #expect(
            DecisionWords(scheduled, japanese, london).why
                == "2026-12-29（火）20:00（Asia/Tokyo） は18:00～09:00 の中です。")
    }

    @Test("A time is read in the zone of the clock, and one that the clock leaves out is none")
    func wallTime() throws {
        let tokyo = try #require(TimeZone(identifier: "Asia/Tokyo"))
        let date = try #require(WallTime.date("2026-12-29T20:00", in: tokyo))
        #expect(date.timeIntervalSince1970 == 1_798_542_000)
        #expect(WallTime.text(date, in: tokyo) == "2026-12-29T20:00")
        #expect(WallTime.date("2026/12/29 20:00", in: tokyo) == date)
        for text in [
            "", "tomorrow", "2026-13-01T00:00", "2026-02-30T00:00", "2026-12-29T24:00", "2026-12-29",
        ] {
            #expect(WallTime.date(text, in: tokyo) == nil, "\(text)")
        }
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(WallTime.date("2027-03-28T02:30", in: berlin) == nil)
        // The first of both: 02:30 in summer.
        #expect(WallTime.date("2027-10-31T02:30", in: berlin)?.timeIntervalSince1970 == 1_824_942_600)
    }
}
