import Mustache
import Testing

@testable import Portal

@Suite struct ShownValueTests {
    private enum Shape: Sendable {
        case plain
        case holding(text: String)
    }

    private struct Word: CustomStringConvertible, Sendable {
        let letters: String
        var description: String { "“\(letters)”" }
    }

    private struct Row: Sendable {
        let name: String
        let note: String?
        let isOdd: Bool
        let words: [Word]
    }

    private struct Subject: Sendable {
        let title = "<A & B>"
        let count = 3
        let absent: String? = nil
        let word = Word(letters: "w")
        let shape = Shape.plain
        let held = Shape.holding(text: "inside")
        let texts = ["greeting": "hello"]
        let rows = [
            Row(name: "first", note: nil, isOdd: true, words: []),
            Row(name: "second", note: "noted", isOdd: false, words: [Word(letters: "x"), Word(letters: "y")]),
        ]
        let empty: [Row] = []
    }

    @Test(
        "what a template shows of a value is what the library's own reflection shows of it",
        arguments: [
            "{{title}} {{{title}}} {{count}} {{absent}}|{{missing}}", "{{word}} {{word.letters}}",
            "{{shape}} {{#held}}{{holding}}{{/held}}", "{{texts.greeting}}",
            "{{#rows}}{{name}}: {{#note}}{{.}}{{/note}}{{^note}}-{{/note}} {{#isOdd}}odd {{/isOdd}}{{title}}{{#words}}{{.}}{{letters}}{{/words}};{{/rows}}",
            "{{#empty}}never{{/empty}}{{^empty}}none{{/empty}}",
            "{{#absent}}never{{/absent}}{{^absent}}nothing{{/absent}}", "{{#word}}{{letters}} of {{title}}{{/word}}",
            "{{count(rows)}} {{#rows}}{{^last()}}, {{/last()}}{{/rows}}",
        ])
    func sameAsReflected(template: String) throws {
        let subject = Subject()
        let parsed = try MustacheTemplate(string: template)
        #expect(parsed.render(ShownValue.of(subject) ?? "nothing") == parsed.render(subject))
    }
}
