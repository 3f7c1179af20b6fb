/// A request's method. Methods are case-sensitive; one that is not listed is proxied like any other.
package enum Method: UInt8, Sendable, Hashable {
    case invite, ack, bye, cancel, register, options, prack, update, info, subscribe, notify, refer, message, publish
    case other

    package init(_ bytes: Span<UInt8>) {
        for (name, method) in Self.known where name.utf8.count == bytes.count {
            var matches = true
            var position = 0
            for byte in name.utf8 {
                if bytes[position] != byte {
                    matches = false
                    break
                }
                position += 1
            }
            if matches {
                self = method
                return
            }
        }
        self = .other
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
