/// Telephone numbers and days in the texts of a page: a browser would break them behind each hyphen.
extension Markup {
    /// Elements whose text may hold no others.
    private static let plainTexts: Set<String> = ["title", "option", "textarea", "text"]
    /// Longer ones have to be broken somewhere, as they are wider than a telephone's screen.
    private static let lengthLimit = 24

    /// A page of which every telephone number, every day and every time with its day is an element of the class `num`, which
    /// the style sheet keeps in one piece.
    ///
    /// - Parameter html: made by our templates, so that no attribute has a `>` in it.
    static func keepingNumbersWhole(_ html: String) -> String {
        let page = Array(html.utf8)
        var (kept, place, tag) = ([UInt8](), 0, page[0..<0])
        kept.reserveCapacity(page.count + page.count / 8)
        while place < page.count {
            if page[place] == UInt8(ascii: "<") {
                let end = page[place...].firstIndex(of: UInt8(ascii: ">")) ?? page.count - 1
                tag = page[place...end]
                kept += tag
                place = end + 1
            } else {
                let end = page[place...].firstIndex(of: UInt8(ascii: "<")) ?? page.count
                let text = page[place..<end]
                // Most texts have neither, and need no second look.
                let hasJoints = text.contains(UInt8(ascii: "-")) || text.contains(UInt8(ascii: "/"))
                if hasJoints, !isPlainText(tag) { append(text, to: &kept) } else { kept += text }
                place = end
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private static func isPlainText(_ tag: ArraySlice<UInt8>) -> Bool {
        plainTexts.contains(String(decoding: tag.dropFirst().prefix { isLetter($0) }, as: UTF8.self))
    }

    private static func append(_ text: ArraySlice<UInt8>, to kept: inout [UInt8]) {
        var (place, isWithinWord) = (text.startIndex, false)
        while place < text.endIndex {
            if isDigit(text[place]), !isWithinWord, let end = endOfNumber(in: text[place...]) {
                kept += Array("<span class=\"num\">".utf8) + text[place..<end] + Array("</span>".utf8)
                place = end
            } else {
                isWithinWord = isDigit(text[place]) || isLetter(text[place]) || "-/:._+#".utf8.contains(text[place])
                kept.append(text[place])
                place += 1
            }
        }
    }

    /// Where digits with hyphens or slashes between them end that a text begins with, and the time behind a day; nil: it
    /// begins with something else.
    private static func endOfNumber(in text: ArraySlice<UInt8>) -> Int? {
        let number = endOfDigits(in: text, joinedBy: "-/")
        let first = text[..<number].firstIndex { !isDigit($0) }
        guard first != nil, number - text.startIndex <= lengthLimit,
            !text[number...].prefix(1).contains(where: { isLetter($0) || $0 == UInt8(ascii: "_") })
        else { return nil }
        let rest = text[number...]
        guard rest.first == UInt8(ascii: " "), rest.dropFirst().first.map(isDigit) == true else { return number }
        let time = endOfDigits(in: rest.dropFirst(), joinedBy: ":")
        return time - number >= 5 && rest[..<time].contains(UInt8(ascii: ":")) ? time : number
    }

    /// - Parameter joints: each stands between two digits.
    private static func endOfDigits(in text: ArraySlice<UInt8>, joinedBy joints: String) -> Int {
        text.indices.first { place in
            if isDigit(text[place]) { return false }
            let isJoint = joints.utf8.contains(text[place]) && place > text.startIndex && isDigit(text[place - 1])
            return !(isJoint && text[(place + 1)...].first.map(isDigit) == true)
        } ?? text.endIndex
    }

    private static func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }

    private static func isLetter(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
    }
}
