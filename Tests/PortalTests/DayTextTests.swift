import SignIn
import Testing

@testable import Portal

@Suite("Days of the calendar")
struct DayTextTests {
    @Test("A day is told as people write it")
    func days() {
        #expect(DayText.text("2026-12-01", in: .japanese) == "2026年12月1日")
        #expect(DayText.text("2026-12-01", in: .english) == "1 December 2026")
        #expect(DayText.text("soon", in: .english) == "soon")
        #expect(DayText.text("2026-13-01", in: .japanese) == "2026-13-01")
    }
}
