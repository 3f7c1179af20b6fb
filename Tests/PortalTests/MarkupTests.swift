import Testing

@testable import Portal

@Suite struct MarkupTests {
    @Test(
        "numbers and days stay in one piece wherever a page tells of them",
        arguments: [
            ("<p>電話は050-1234-5678へ</p>", "<p>電話は‹050-1234-5678›へ</p>"),
            ("<p>Until 2026-11-21 18:00: 03-1234-5678</p>", "<p>Until ‹2026-11-21 18:00›: ‹03-1234-5678›</p>"),
            ("<p>2026/11/21 10 times</p>", "<p>‹2026/11/21› 10 times</p>"),
            (
                "<p>2026-11-21 17:42:05</p>&#39;0120-123-456&#39;",
                "<p>‹2026-11-21 17:42:05›</p>&#39;‹0120-123-456›&#39;"
            ),
            ("<td>0312345678 30 秒 18:00</td>", "<td>0312345678 30 秒 18:00</td>"),
            ("<p>N-12-34, 1-2a, 3-, -4-5, a/1/2</p>", "<p>N-12-34, 1-2a, 3-, -4-5, a/1/2</p>"),
            ("<p>1-2-3-4-5-6-7-8-9-0-1-2-3-4</p>", "<p>1-2-3-4-5-6-7-8-9-0-1-2-3-4</p>"),
        ])
    func whole(page: String, expected: String) {
        let marked = expected.replacing("‹", with: "<span class=\"num\">").replacing("›", with: "</span>")
        #expect(Markup.keepingNumbersWhole(page) == marked)
    }

    @Test(
        "what can hold no element is left as it is",
        arguments: [
            "<input value=\"03-1234-5678\">", "<title>03-1234-5678</title>",
            "<option value=\"1-2\">03-1234-5678</option>",
            "<svg><title id=\"a\">1-2</title><text x=\"1\">03-1234-5678</text></svg>", "<textarea>1-2</textarea>", "",
            "<", "1-",
        ])
    func untouched(page: String) { #expect(Markup.keepingNumbersWhole(page) == page) }
}
