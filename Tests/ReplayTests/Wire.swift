/// The octets of frames, packets and segments, as a sender would put them on the wire.
enum Wire {
    static let alice: [UInt8] = [192, 0, 2, 1]
    static let proxy: [UInt8] = [192, 0, 2, 9]
    static let alice6: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
    static let proxy6: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [9]

    static let syn: UInt8 = 0x02
    static let ack: UInt8 = 0x10
    static let fin: UInt8 = 0x01
    static let rst: UInt8 = 0x04

    static func u16(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
    static func u32(_ value: UInt32) -> [UInt8] { u16(UInt16(value >> 16)) + u16(UInt16(value & 0xffff)) }

    // MARK: Links

    /// - Parameter tags: tag protocol identifiers, outermost first.
    static func ethernet(_ packet: [UInt8], tags: [UInt16] = [], type: UInt16? = nil) -> [UInt8] {
        let addresses: [UInt8] = [2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1]
        return addresses + tags.flatMap { u16($0) + [0x20, 0x64] } + u16(type ?? etherType(packet)) + packet
    }

    static func cooked(_ packet: [UInt8], tag: UInt16? = nil) -> [UInt8] {
        let head: [UInt8] = [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0]
        return head + (tag.map { u16($0) + [0, 0x64] } ?? []) + u16(etherType(packet)) + packet
    }

    static func cooked2(_ packet: [UInt8]) -> [UInt8] {
        u16(etherType(packet)) + [0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0] + packet
    }

    static func etherType(_ packet: [UInt8]) -> UInt16 {
        packet.first.map { $0 >> 4 } == 6 ? 0x86dd : 0x0800
    }

    // MARK: IP

    /// - Parameter fragment: identification, offset in octets, and whether more follow.
    static func ipv4(
        _ payload: [UInt8], next: UInt8 = 17, from: [UInt8] = alice, to: [UInt8] = proxy, options: [UInt8] = [],
        fragment: (id: UInt16, offset: Int, more: Bool) = (0, 0, false)
    ) -> [UInt8] {
        let words = UInt8(5 + options.count / 4)
        let flags = UInt16(fragment.offset / 8) | (fragment.more ? 0x2000 : 0)
        return [0x40 | words, 0] + u16(UInt16(20 + options.count + payload.count)) + u16(fragment.id) + u16(flags)
            + [64, next, 0, 0] + from + to + options + payload
    }

    static func ipv6(_ payload: [UInt8], next: UInt8 = 17, from: [UInt8] = alice6, to: [UInt8] = proxy6) -> [UInt8] {
        [0x60, 0, 0, 0] + u16(UInt16(payload.count)) + [next, 64] + from + to + payload
    }

    /// A fragment header of IPv6 and what it carries.
    static func ipv6Fragment(
        _ payload: [UInt8], id: UInt32, offset: Int, more: Bool, next: UInt8 = 17
    ) -> [UInt8] {
        [next, 0] + u16(UInt16(offset) | (more ? 1 : 0)) + u32(id) + payload
    }

    // MARK: UDP and TCP

    static func udp(_ payload: [UInt8], from: UInt16 = 5062, to: UInt16 = 5060) -> [UInt8] {
        u16(from) + u16(to) + u16(UInt16(8 + payload.count)) + [0, 0] + payload
    }

    static func tcp(
        _ payload: [UInt8] = [], sequence: UInt32, acknowledging: UInt32 = 0, flags: UInt8 = ack, from: UInt16 = 40_000,
        to: UInt16 = 5060, options: [UInt8] = []
    ) -> [UInt8] {
        u16(from) + u16(to) + u32(sequence) + u32(acknowledging) + [UInt8(5 + options.count / 4) << 4, flags]
            + [0xff, 0xff, 0, 0, 0, 0] + options + payload
    }

    // MARK: SIP

    /// A request with a body of so many octets, and with a Call-ID to tell it by.
    static func request(_ method: String = "INVITE", call: String = "1", body: Int = 0) -> [UInt8] {
        let text = """
            \(method) sip:05012345678@lab.test SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK\(call)
            Call-ID: \(call)
            Content-Length: \(body)


            """
        return Array(text.replacing("\n", with: "\r\n").utf8) + [UInt8](repeating: UInt8(ascii: "v"), count: body)
    }
}
