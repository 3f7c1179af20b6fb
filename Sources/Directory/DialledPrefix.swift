/// What a caller asks for by dialling 184 or 186 before a number.
package enum PresentationWish: Sendable, Equatable {
    /// 184: the number is withheld for this call.
    case hidden
    /// 186: the number is shown for this call.
    case shown
}

/// What one of our callers dialled, or what was given for a number, taken apart: the wish about the caller's own number,
/// and the number that is wanted.
package struct DialledPrefix: Sendable, Equatable {
    package let wish: PresentationWish?
    /// What is left to be called, as dialled.
    package let number: Substring

    /// Digits of 184 and of 186.
    package static let length = 3

    /// Fewer digits than this behind 184 or 186 are no number: 1841 is an extension. The shortest numbers behind it are
    /// those of the emergency services (184110).
    private static let shortestNumber = 3

    /// - Parameter dialled: The user part of the Request-URI, unescaped, without parameters. An extension that begins
    ///   with 184 or 186 is read as a prefix if three digits follow, so look up the whole text first.
    package init(_ dialled: Substring) {
        let wish = Self.wish(atHeadOf: dialled)
        let rest = dialled.dropFirst(Self.length)
        if wish != nil, Self.isNumber(rest) {
            self.wish = wish
            number = rest
        } else {
            self.wish = nil
            number = dialled
        }
    }

    package init(_ dialled: String) {
        self.init(dialled[...])
    }

    private static func wish(atHeadOf dialled: Substring) -> PresentationWish? {
        // Most numbers begin with another digit.
        guard dialled.utf8.first == UInt8(ascii: "1") else { return nil }
        return dialled.hasPrefix("184") ? .hidden : dialled.hasPrefix("186") ? .shown : nil
    }

    private static func isNumber(_ text: Substring) -> Bool {
        var digits = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"),
                UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: " "):
                continue
            default: return false
            }
        }
        return digits >= shortestNumber
    }
}

extension PhoneNumber {
    /// 184 or 186, if it stands before a number, and that number; of what is not ours.
    package var presentationPrefix: (prefix: String, rest: String)? {
        let dialled = national
        let parts = DialledPrefix(dialled)
        guard parts.wish != nil else { return nil }
        return (String(dialled.prefix(DialledPrefix.length)), String(parts.number))
    }
}
