import Testing

@testable import Portal

@Suite("Times that programs give")
struct InternetTimeTests {
    @Test(
        "one is read as RFC 3339 writes it",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-12-28T09:00:00Z", 1_798_448_400_000),
            ("2026-12-28T18:00:00+09:00", 1_798_448_400_000), ("2026-12-27T17:30:00.2-15:30", 1_798_448_400_200),
            ("2026-12-28t09:00:00.123456z", 1_798_448_400_123), ("1969-12-31T23:59:59.999Z", -1),
        ] as [(String, Int64)])
    func read(_ text: String, milliseconds: Int64) {
        #expect(InternetTime(text)?.milliseconds == milliseconds)
    }

    @Test(
        "what no clock and no calendar shows is none",
        arguments: [
            "", "2026-12-28", "2026-12-28T09:00Z", "2026-12-28T09:00:00", "2026-12-28T09:99:00Z",
            "2026-12-28T24:00:00Z", "2026-12-28T09:00:60Z", "2026-02-29T09:00:00Z", "2026-13-01T09:00:00Z",
            "2026-12-28T09:00:00+09:60", "2026-12-28T09:00:00+24:00", "2026-12-28T09:00:00.Z", "2026-12-28 09:00:00Z",
            " 2026-12-28T09:00:00Z", "2026-12-28T０９:00:00Z",
        ])
    func refused(_ text: String) {
        #expect(InternetTime(text) == nil)
    }
}
