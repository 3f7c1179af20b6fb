import Directory
import Foundation
import Testing

@testable import ControlPlane
@testable import Storage

@Suite struct HistoryTextTests {
    private func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test(
        "a number's state is written as an encoder would write it",
        arguments: [0, 999, 1_709_164_800_000, 1_800_000_000_499, 1_800_000_000_500, 253_402_300_799_000])
    func number(createdAt: Int64) throws {
        let place = NumberPlace(
            company: "例 \"Trading\" \\ / 1", contract: "Y1", voiceContract: "N1", site: "S", kind: .directDial,
            options: [.forwarding, .membersNet])
        for place in [place, nil] {
            let entry = NumberEntry(
                number: try PhoneNumber("05012345678"), username: place.map { _ in "05012345678" },
                createdAt: createdAt, place: place)
            let state = NumberState(entry, withheld: [.messageBox])
            #expect(state.historyText == (try encoded(state)))
        }
    }

    @Test("a number's forwarding is written as an encoder would write it")
    func forwarding() throws {
        let fixture = try ControlFixture(numbers: ["05012345678", "1001"])
        let number = try PhoneNumber("05012345678")
        let schedule = Schedule(
            hours: try DailyHours("18:00-09:00"), days: try DaySet("mon-fri"),
            ends: Deadline(milliseconds: 1_900_000_000_000, text: ""))
        var states = [try fixture.session.forwarding(of: number)]
        states.append(try fixture.session.setForwarding(of: number, when: .busy, to: "sip:a@b.test;x=%22/"))
        states.append(
            try fixture.session.setForwarding(of: number, when: .always, to: "1001", schedule: .set(schedule)))
        states.append(try fixture.session.setForwarding(of: number, when: .noAnswer, to: "voicemail"))
        for state in states { #expect(state.historyText == (try encoded(state))) }
        let last = try HistoryText.decode(ForwardingState.self, from: try #require(states.last).historyText)
        #expect(last == states.last)
    }

    @Test("what a number does with anonymous calls is written as an encoder would write it")
    func anonymous() throws {
        let fixture = try ControlFixture(numbers: ["05012345678"])
        let number = try PhoneNumber("05012345678")
        var states = [try fixture.session.anonymous(of: number)]
        states.append(try fixture.session.rejectAnonymous([.payphone, .withheld], of: number))
        let schedule = Schedule(
            hours: try DailyHours("18:00-09:00"), ends: Deadline(milliseconds: 1_900_000_000_000, text: ""))
        states.append(try fixture.session.rejectAnonymous([], schedule: .set(schedule), of: number))
        for state in states { #expect(state.historyText == (try encoded(state))) }
    }
}
