import SignIn

/// The text of a notice in one language, with placeholders in braces: `{service}`.
struct NoticeText: Sendable {
    enum Placeholder: String, CaseIterable, Sendable {
        case service, portal, link, code, expires, clock, moment
    }

    struct Line: Sendable {
        let text: String

        /// In one pass: what a value says is never taken for a placeholder.
        func filled(with values: [Placeholder: String]) -> String {
            var result = ""
            var rest = text[...]
            while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
                result += rest[..<open]
                let name = rest[rest.index(after: open)..<close]
                result += Placeholder(rawValue: String(name)).flatMap { values[$0] } ?? "{\(name)}"
                rest = rest[rest.index(after: close)...]
            }
            return result + rest
        }
    }

    /// Empty for a short message.
    let subject: Line
    let body: Line

    /// A mail: what stands in every mail goes around the body.
    static func mail(_ subject: String, opening: String, _ body: String, closing: String) -> NoticeText {
        NoticeText(
            subject: Line(text: subject), body: Line(text: [opening, body, closing].joined(separator: "\n\n") + "\n"))
    }

    static func short(_ body: String) -> NoticeText {
        NoticeText(subject: Line(text: ""), body: Line(text: body))
    }

    static func text(_ kind: NoticeKind, in language: Language) throws(NotificationError) -> NoticeText {
        guard let text = catalogue(language)[kind] else { throw .noText(kind, language) }
        return text
    }

    static func catalogue(_ language: Language) -> [NoticeKind: NoticeText] {
        switch language {
        case .japanese: japanese
        case .english: english
        }
    }
}
