import Directory
import Foundation
import Storage
import Testing

@testable import ControlPlane

/// It is 2027-01-15 17:00 in Japan, a Friday.
@Suite("When calls without a caller's number are turned away")
struct AnonymousScheduleTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111"])
        alice = try number("05011111111")
    }

    private func schedule(_ days: String, _ hours: String, ends: Int64? = nil) throws -> Schedule {
        Schedule(
            hours: try DailyHours(hours), days: try DaySet(days),
            ends: try ends.map { try session.localClock().deadline($0) })
    }

    @Test("a schedule is shown with whether it applies now, stays with other reasons, and goes with the last of them")
    func setsAndKeeps() throws {
        let night = try schedule("mon-fri", "18:00-09:00", ends: 1_800_100_000_000)
        let state = try session.rejectAnonymous([.payphone], schedule: .set(night), of: alice)
        #expect(state.schedule?.text == "mon-fri 18:00-09:00 until 2027-01-16 20:46")
        #expect(state.appliesNow == false)
        let more = try session.rejectAnonymous([.withheld], of: alice)
        #expect(more.rejected == [.withheld, .payphone] && more.schedule == state.schedule)
        #expect(try session.acceptAnonymous([.payphone], of: alice).schedule == state.schedule)
        let record = try ControlReader(fixture.directory).record(of: alice)
        #expect(record?.anonymousCalls == AnonymousCallPolicy(rejected: [.withheld], schedule: night))
        let day = try session.rejectAnonymous([], schedule: .set(schedule("fri", "09:00-18:00")), of: alice)
        #expect(day.appliesNow == true)
        #expect(try session.rejectAnonymous([], schedule: .anyTime, of: alice).schedule == nil)
        _ = try session.rejectAnonymous([], schedule: .set(night), of: alice)
        #expect(try session.acceptAnonymous([], of: alice).schedule == nil)
        #expect(try session.rejectAnonymous([], of: alice).schedule == nil)
    }

    @Test("a schedule alone leaves the reasons, and where there are none it is for withheld numbers")
    func scheduleAlone() throws {
        let night = try schedule("mon-fri", "18:00-09:00")
        #expect(try session.rejectAnonymous([], schedule: .set(night), of: alice).rejected == [.withheld])
        _ = try session.acceptAnonymous([], of: alice)
        _ = try session.rejectAnonymous([.payphone], of: alice)
        #expect(try session.rejectAnonymous([], schedule: .set(night), of: alice).rejected == [.payphone])
        let any = try session.rejectAnonymous([], schedule: .anyTime, of: alice)
        #expect(any.rejected == [.payphone] && any.schedule == nil)
        #expect(try session.rejectAnonymous([], of: alice).rejected == [.withheld, .payphone])
    }

    @Test("parts of a schedule that are not given stay, but for an end that has passed")
    func parts() throws {
        let night = try schedule("mon-fri", "18:00-09:00", ends: 1_800_100_000_000)
        _ = try session.rejectAnonymous([], schedule: .set(night), of: alice)
        let days = ScheduleOrder.changed(hours: nil, days: try DaySet("sat"), ends: nil)
        #expect(
            try session.rejectAnonymous([], schedule: days, of: alice).schedule?.text
                == "sat 18:00-09:00 until 2027-01-16 20:46")
        let later = fixture.session(.operator, at: 1_800_200_000_000)
        let hours = ScheduleOrder.changed(hours: try DailyHours("09:00-18:00"), days: nil, ends: nil)
        #expect(try later.rejectAnonymous([], schedule: hours, of: alice).schedule?.text == "sat 09:00-18:00")
        let past = ScheduleOrder.changed(hours: nil, days: nil, ends: night.ends)
        #expect(throws: ControlError.self) { try later.rejectAnonymous([], schedule: past, of: alice) }
    }

    @Test("an end that has passed is refused, and does not stay when calls are turned away again")
    func ends() throws {
        let past = try schedule("fri", "09:00-18:00", ends: 1_800_000_000_000)
        #expect(throws: ControlError.endIsPast("2027-01-15 17:00")) {
            try session.rejectAnonymous([], schedule: .set(past), of: alice)
        }
        let ending = try schedule("fri", "09:00-18:00", ends: 1_800_100_000_000)
        _ = try session.rejectAnonymous([], schedule: .set(ending), of: alice)
        let later = fixture.session(.operator, at: 1_800_200_000_000)
        #expect(try later.anonymous(of: alice).appliesNow == false)
        #expect(try later.acceptAnonymous([.payphone], of: alice).schedule?.ends != nil)
        #expect(try later.rejectAnonymous([], of: alice).schedule?.text == "fri 09:00-18:00")
    }

    @Test("history keeps the schedule, undo brings it back, and a later change of it alone stands in the way")
    func undoes() throws {
        let night = try schedule("mon-fri,holidays", "18:00-09:00", ends: 1_800_100_000_000)
        let state = try session.rejectAnonymous([], schedule: .set(night), of: alice)
        _ = try session.rejectAnonymous([], schedule: .set(schedule("sat", "09:00-18:00")), of: alice)
        let changes = try session.history(of: alice, limit: 2)
        #expect(changes.map(\.action) == ["anonymous reject", "anonymous reject"])
        #expect(throws: ControlError.self) { try session.undo(changes[1].id) }
        #expect(try session.undo(changes[0].id).action == "anonymous undo")
        #expect(try session.anonymous(of: alice) == state)
        #expect(try session.undo(changes[1].id).action == "anonymous undo")
        #expect(try session.anonymous(of: alice).rejected == [])
        #expect(try session.anonymous(of: alice).schedule == nil)
    }

    @Test("an import leaves the schedule, and a blueprint states it or none")
    func files() throws {
        let night = try schedule("mon-fri", "18:00-09:00")
        _ = try session.rejectAnonymous([], schedule: .set(night), of: alice)
        var row = Blueprint.Number(number: Stated("05011111111"))
        row.rejected = Stated([.withheld, .payphone])
        #expect(try session.importNumbers(from: [row]).changed == 1)
        #expect(try session.anonymous(of: alice).schedule?.text == "mon-fri 18:00-09:00")
        func apply(_ schedule: Schedule?) throws -> [String] {
            var (blueprint, stated) = (Blueprint(), row)
            stated.rejectionSchedule = Stated(schedule)
            blueprint.numbers = [stated]
            return try session.apply(blueprint).map(\.action)
        }
        #expect(try apply(night) == [])
        #expect(try apply(Schedule(days: DaySet("sat"))) == ["anonymous set"])
        #expect(try session.anonymous(of: alice).schedule?.text == "sat")
        #expect(try apply(nil) == ["anonymous set"])
        #expect(try session.anonymous(of: alice).schedule == nil)
        #expect(try apply(nil) == [])
    }
}
