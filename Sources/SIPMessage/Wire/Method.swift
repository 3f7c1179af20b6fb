/// A request's method. Methods are case-sensitive; one that is not listed is proxied like any other.
package enum Method: UInt8, Sendable, Hashable, CaseIterable {
    case invite, ack, bye, cancel, register, options, prack, update, info, subscribe, notify, refer, message, publish
    case other

    /// ``other`` for a name that is not listed, in small letters for instance.
    ///
    /// - Parameter range: where the name stands in the text.
    package init(_ text: Span<UInt8>, _ range: Range<Int>) {
        let word = text.word(from: range.lowerBound, to: range.upperBound).bits
        @inline(__always)
        func isNamed(_ name: StaticString) -> Bool { word == OctetWord(name).bits }
        switch range.count {
        case 3: self = isNamed("ACK") ? .ack : isNamed("BYE") ? .bye : .other
        case 4: self = isNamed("INFO") ? .info : .other
        case 5: self = isNamed("PRACK") ? .prack : isNamed("REFER") ? .refer : .other
        case 6:
            self =
                isNamed("INVITE")
                ? .invite
                : isNamed("CANCEL") ? .cancel : isNamed("UPDATE") ? .update : isNamed("NOTIFY") ? .notify : .other
        case 7:
            self =
                isNamed("OPTIONS") ? .options : isNamed("MESSAGE") ? .message : isNamed("PUBLISH") ? .publish : .other
        case 8: self = isNamed("REGISTER") ? .register : .other
        case 9: self = isNamed("SUBSCRIB") && text[range.lowerBound + 8] == UInt8(ascii: "E") ? .subscribe : .other
        default: self = .other
        }
    }

    private static let known: [(String, Method)] = [
        ("INVITE", .invite), ("ACK", .ack), ("BYE", .bye), ("CANCEL", .cancel), ("REGISTER", .register),
        ("OPTIONS", .options), ("PRACK", .prack), ("UPDATE", .update), ("INFO", .info), ("SUBSCRIBE", .subscribe),
        ("NOTIFY", .notify), ("REFER", .refer), ("MESSAGE", .message), ("PUBLISH", .publish),
    ]

    /// The name on the wire; nil for a method that is not listed.
    package var name: String? {
        Self.known.first { $0.1 == self }?.0
    }

    /// Whether a request may set up the route of a dialog. One whose method is not listed may, for all that is known here;
    /// where it does not, a Record-Route in it does no harm (RFC 3261 §16.6 step 4).
    package var mayBeginDialog: Bool {
        switch self {
        case .invite, .subscribe, .notify, .refer, .other: true
        case .ack, .bye, .cancel, .register, .options, .prack, .update, .info, .message, .publish: false
        }
    }

    /// Whether Contact says where later requests of the dialog, or calls, are to go (RFC 3261 §12.2, §10; RFC 3311,
    /// 6665). In any other it has no meaning, and may be what it likes (§16.3 step 1).
    package var mayChangeTarget: Bool {
        switch self {
        case .invite, .register, .subscribe, .notify, .refer, .update: true
        default: false
        }
    }
}
