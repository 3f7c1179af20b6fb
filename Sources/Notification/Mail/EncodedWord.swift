import Foundation

/// Text that is not ASCII in a header (RFC 2047): words of base64, folded over several lines.
enum EncodedWord {
    /// Octets of the text in one word. Its 64 characters leave room on the first line for the header's name, within
    /// the 76 characters that §2 allows a line.
    private static let octets = 39
    /// Of a value that is written as it is.
    private static let plainLimit = 60

    /// The value of a header that is free text.
    ///
    /// - Throws: ``NotificationError/lineBreak(header:)``: a line break would begin another header.
    static func header(_ name: String, _ text: String) throws(NotificationError) -> String {
        try refuseControls(name, text)
        return isPlain(text) ? text : words(text)
    }

    /// The name before an address (RFC 5322 §3.2.5).
    static func phrase(_ header: String, _ text: String) throws(NotificationError) -> String {
        try refuseControls(header, text)
        guard isPlain(text) else { return words(text) }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func refuseControls(_ header: String, _ text: String) throws(NotificationError) {
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw .lineBreak(header: header)
        }
    }

    /// A text that looks like an encoded word would be decoded.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 < 0x80 } && text.utf8.count <= plainLimit && !text.contains("=?")
    }

    private static func words(_ text: String) -> String {
        var pieces: [[UInt8]] = [[]]
        // §5 (3): each word holds whole characters.
        for scalar in text.unicodeScalars {
            let character = Array(String(scalar).utf8)
            if let last = pieces.last, last.count + character.count > octets { pieces.append([]) }
            pieces[pieces.count - 1] += character
        }
        return pieces.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}
