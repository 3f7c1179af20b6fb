import ControlPlane
import Directory
import Foundation
import SignIn
import Storage
import Testing

@testable import Portal

@Suite("The picture of a number's path")
struct PathPictureTests {
    private let japanese: Catalogue
    private let english: Catalogue
    private let lab: Lab

    init() throws {
        (japanese, english) = (try Catalogue(.japanese), try Catalogue(.english))
        lab = try Lab()
    }

    private func picture(_ words: Catalogue? = nil) throws -> PathPicture {
        let clock = GuestClock(
            nil, ruleZone: try lab.session.localClock().zone, now: Date(milliseconds: lab.session.now))
        return PathPicture(
            try lab.session.forwarding(of: lab.number), try lab.session.anonymous(of: lab.number), clock, id: "7",
            words ?? japanese)
    }

    @Test("Without forwarding the telephone rings")
    func rings() throws {
        let picture = try picture()
        #expect(picture.title == "転送しません。この電話が鳴ります。")
        #expect(picture.svg.contains("aria-labelledby=\"path-7\"><title id=\"path-7\">転送しません。"))
        #expect(picture.svg.contains("viewBox=\"0 0 320 48\""))
        #expect(picture.svg.contains("path__ring"))
        #expect(try self.picture(english).title == "Calls are not forwarded: this phone rings.")
    }

    @Test("With unconditional forwarding it does not, and what else is set is not drawn")
    func always() throws {
        _ = try lab.session.setForwarding(of: lab.number, when: .busy, to: "voicemail")
        _ = try lab.session.setForwarding(of: lab.number, when: .always, to: "0312345678")
        let picture = try picture()
        #expect(picture.title == "すべての着信を 03-1234-5678 へ転送します。")
        #expect(!picture.svg.contains("path__ring"))
        #expect(picture.svg.contains("path__phone--quiet"))
        #expect(!picture.svg.contains("話中"))
        #expect(try self.picture(english).title == "All calls are forwarded to 03-1234-5678.")
    }

    @Test("Every condition has a row, as high as the picture is made for")
    func conditions() throws {
        _ = try lab.session.setForwarding(of: lab.number, when: .busy, to: "03-1234-5678")
        _ = try lab.session.setForwarding(of: lab.number, when: .noAnswer, to: "voicemail", ringSeconds: 20)
        _ = try lab.session.setForwarding(of: lab.number, when: .unreachable, to: "09012345678")
        let picture = try picture()
        #expect(
            picture.title
                == "電話が鳴ります。話中は 03-1234-5678 へ転送します。20秒応答がなければ留守番電話につなぎます。不通時は 090-1234-5678 へ転送します。")
        #expect(picture.svg.contains("viewBox=\"0 0 320 128\" width=\"320\" height=\"128\""))
        #expect(picture.svg.contains("M46 64H50q6 0 6 -6V30q0 -6 6 -6H166"))
        #expect(picture.svg.contains("M46 64H166"))
        #expect(picture.svg.contains("M46 64H50q6 0 6 6V98q0 6 6 6H166"))
        #expect(picture.svg.contains("<text class=\"path__when\" x=\"112\" y=\"58\">無応答 20秒</text>"))
        #expect(
            try self.picture(english).title
                == "The phone rings. When busy, calls are forwarded to 03-1234-5678. Calls not answered within 20 seconds "
                + "go to voice mail. When unreachable, calls are forwarded to 090-1234-5678.")
    }

    @Test("Calls that are turned away are crossed out")
    func rejected() throws {
        _ = try lab.session.rejectAnonymous([], of: lab.number)
        let picture = try picture()
        #expect(picture.title == "非通知の着信は接続しません。ほかの着信は鳴ります。")
        #expect(picture.svg.contains("path__mark--bad"))
    }

    @Test("What lies over the rules for a time is what is drawn, and a rule outside its hours is not")
    func temporary() throws {
        let until = lab.now + 3_600_000
        _ = try lab.session.setForwarding(
            of: lab.number, when: .busy, to: "0312345678",
            schedule: .set(Schedule(hours: try DailyHours("00:00-00:01"))))
        let inHours = "「毎日 00:00～00:01」の間だけ、話中は 03-1234-5678 へ転送します。"
        let outside = try picture()
        #expect(outside.title == "いまは転送しません。この電話が鳴ります。\(inHours)")
        // What is not drawn is told below the picture, once.
        #expect(outside.markup.contains("<p class=\"path__caption\">いまは転送しません。この電話が鳴ります。<br>\(inHours)</p>"))
        #expect(!outside.svg.contains("話中</text>") && !outside.markup.contains("<title"))
        _ = try lab.session.changeForwarding(of: lab.number, .layOver(.always, to: "0612345678", until: until))
        #expect(
            try picture().title
                == "2027-01-15 18:00 まで、すべての着信を 06-1234-5678 へ転送します。2027-01-15 18:00 からは、\(inHours)")
        #expect(
            try picture(english).title
                == "Until 2027-01-15 18:00: All calls are forwarded to 06-1234-5678. From 2027-01-15 18:00: "
                + "At these times only (daily 00:00–00:01): When busy, calls are forwarded to 03-1234-5678.")
        _ = try lab.session.restoreForwarding(.numbers(.list([lab.number.national], named: "lab")))
        _ = try lab.session.setForwarding(of: lab.number, when: .always, to: "0312345678")
        _ = try lab.session.changeForwarding(of: lab.number, .layOff(nil, until: until))
        #expect(
            try picture().title
                == "2027-01-15 18:00 まで転送しません。この電話が鳴ります。2027-01-15 18:00 からは、すべての着信を 03-1234-5678 へ転送します。")
    }

    @Test("What applies in its hours only is said to, and what applies at other times as well")
    func hours() throws {
        _ = try lab.session.setForwarding(of: lab.number, when: .noAnswer, to: "0612345678")
        #expect(try picture().markup == picture().svg)
        _ = try lab.session.setForwarding(
            of: lab.number, when: .always, to: "0312345678",
            schedule: .set(Schedule(hours: try DailyHours("09:00-18:00"), days: try DaySet("mon-fri"))))
        _ = try lab.session.rejectAnonymous(
            [], schedule: .set(Schedule(hours: try DailyHours("18:00-09:00"))), of: lab.number)
        #expect(
            try picture().title
                == "「月～金 09:00～18:00」の間だけ、すべての着信を 03-1234-5678 へ転送します。"
                + "それ以外の時間は、30秒応答がなければ 06-1234-5678 へ転送します。"
                + "「毎日 18:00～09:00」の間だけ、非通知の着信は接続しません。")
        #expect(try !picture().svg.contains("path__mark--bad"))
    }

    @Test("A rule whose end has passed is not told of, and one that has an end is told to have it")
    func ends() throws {
        let end = Deadline(milliseconds: lab.now + 3_600_000, text: "2027-01-15 18:00")
        _ = try lab.session.setForwarding(
            of: lab.number, when: .always, to: "0312345678", schedule: .set(Schedule(ends: end)))
        let (state, zone) = (try lab.session.forwarding(of: lab.number), try lab.session.localClock().zone)
        func title(at milliseconds: Int64) -> String {
            let clock = GuestClock(nil, ruleZone: zone, now: Date(milliseconds: milliseconds))
            return NumberPath(state, nil, clock).sentence(japanese)
        }
        #expect(title(at: lab.now) == "2027-01-15 18:00 まで、すべての着信を 03-1234-5678 へ転送します。")
        #expect(title(at: lab.now + 3_600_000) == "転送しません。この電話が鳴ります。")
    }

    @Test("A destination that is too long is cut, and the sentence has all of it; nothing of it becomes markup")
    func cut() throws {
        _ = try lab.session.setForwarding(of: lab.number, when: .always, to: "sip:bob&co@example.jp")
        let picture = try picture()
        #expect(picture.title == "すべての着信を sip:bob&co@example.jp へ転送します。")
        #expect(picture.svg.contains("<text class=\"path__to\" x=\"205\" y=\"29\">sip:bob&amp;co@ex…</text>"))
        #expect(!picture.svg.contains("bob&co"))
    }

    @Test(
        "Numbers are written in groups where the groups are known",
        arguments: [
            ("05012345678", "050-1234-5678"), ("09012345678", "090-1234-5678"), ("0312345678", "03-1234-5678"),
            ("0120123456", "0120-123-456"), ("08001234567", "0800-123-4567"), ("0451234567", "0451234567"),
            ("1001", "1001"), ("alice", "alice"), ("+14155550123", "+14155550123"),
        ])
    func grouped(number: String, text: String) {
        #expect(TelephoneText.grouped(number) == text)
    }
}
