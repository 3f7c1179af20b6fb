/// A request's method. Methods are case-sensitive; one that is not listed is proxied like any other.
package enum Method: UInt8, Sendable, Hashable {
    case invite, ack, bye, cancel, register, options, prack, update, info, subscribe, notify, refer, message, publish
    case other

    package init(_ bytes: Span<UInt8>) {
        // The names differ in their first eight octets; the longest has nine.
        guard bytes.count <= 9 else {
            self = .other
            return
        }
        let first = bytes.word(from: 0, to: bytes.count).bits
        for (word, count, method) in Self.words where word == first && count == bytes.count {
            if count < 9 || bytes[8] == UInt8(ascii: "E") {
                self = method
                return
            }
        }
        self = .other
    }

    /// The first eight octets of the known names, and their lengths.
    private static let words: [(word: UInt64, count: Int, method: Method)] = known.map { name, method in
        let octets = Array(name.utf8)
        return (octets.span.word(from: 0, to: octets.count).bits, octets.count, method)
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
}
