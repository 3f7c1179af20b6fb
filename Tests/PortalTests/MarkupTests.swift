import Testing

@testable import Portal

@Suite struct MarkupTests {
    @Test("numbers and days in a sentence stay in one piece, and nothing else in it is markup")
    func sentences() {
        #expect(
            Markup.sentence("2026-11-21 まで <050-1234-5678> へ、10秒で 1001 へ")
                == "<span class=\"num\">2026-11-21</span> まで &lt;<span class=\"num\">050-1234-5678</span>&gt; へ、10秒で 1001 へ"
        )
    }
}
