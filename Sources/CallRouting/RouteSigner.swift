internal import Crypto
internal import Foundation
internal import SIPMessage
internal import SIPTransaction

/// Signs the notes in our Record-Route URIs, and conceals the contact of a hidden caller. A class, because it never
/// changes, and the router that has it is copied often.
final class RouteSigner: Sendable {
    /// The URI parameter that holds the note.
    static let parameterName = "tsu"
    /// The user part of a concealed contact begins so.
    static let concealedPrefix = "tsu."

    private let sign: SipHash
    private let sealingKey: SymmetricKey

    init(secret: [UInt8]) {
        let root = SymmetricKey(data: secret)
        sign = SipHash(secret: secret, purpose: "route")
        sealingKey = HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data("contact".utf8), outputByteCount: 32)
    }

    /// The parameter's value for a dialog with this Call-ID.
    func value(_ note: RouteNote, callID: ArraySlice<UInt8>) -> [UInt8] {
        var value: [UInt8] = []
        value.reserveCapacity(40)
        note.append(to: &value)
        let signature = signature(value.span, callID)
        value.append(UInt8(ascii: "-"))
        HexDigits.append(signature, to: &value)
        return value
    }

    /// Reads a value back; nil if it is not ours or belongs to another Call-ID.
    func note(_ value: String, callID: ArraySlice<UInt8>) -> RouteNote? {
        let text = value.utf8
        return note(text.span, callID: callID)
    }

    func note(_ octets: Span<UInt8>, callID: ArraySlice<UInt8>) -> RouteNote? {
        // The signature and the dash before it.
        let dash = octets.count - 17
        guard dash >= 0, octets[dash] == UInt8(ascii: "-"),
            let given = HexDigits.number(octets.octets(at: dash + 1), octets.octets(at: dash + 9))
        else { return nil }
        let head = octets.extracting(0..<dash)
        // One comparison of whole words takes the same time wherever they differ.
        guard given == signature(head, callID) else { return nil }
        if dash == 1, head[0] == UInt8(ascii: "p") { return RouteNote() }
        return RouteNote(head.indices.map { head[$0] }[...])
    }

    /// Of the note and the Call-ID with a zero between them.
    private func signature(_ head: Span<UInt8>, _ callID: ArraySlice<UInt8>) -> UInt64 {
        var state = sign.state()
        state.add(head)
        state.add(0)
        state.add(callID.span)
        return state.finish()
    }

    /// A tag as it stands in a note.
    static func hash(ofTag tag: ArraySlice<UInt8>) -> UInt64 {
        SHA256.hash(data: Array(tag)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A user part that only we can turn back into the contact's URI.
    func conceal(_ contact: ArraySlice<UInt8>, callID: ArraySlice<UInt8>) -> String? {
        // Drawn from what is sealed, so that the same contact of a dialog looks the same in all of its requests.
        var hmac = HMAC<SHA256>(key: sealingKey)
        hmac.update(data: Array(callID) + [0] + contact)
        guard let nonce = try? ChaChaPoly.Nonce(data: Array(hmac.finalize().prefix(12))),
            let box = try? ChaChaPoly.seal(
                Array(contact), using: sealingKey, nonce: nonce, authenticating: Array(callID))
        else { return nil }
        return Self.concealedPrefix + Hex.text(box.combined)
    }

    func reveal(_ user: String, callID: ArraySlice<UInt8>) -> [UInt8]? {
        guard user.hasPrefix(Self.concealedPrefix),
            let combined = Hex.bytes(String(user.dropFirst(Self.concealedPrefix.count))),
            let box = try? ChaChaPoly.SealedBox(combined: combined),
            let contact = try? ChaChaPoly.open(box, using: sealingKey, authenticating: Array(callID))
        else { return nil }
        return Array(contact)
    }
}

extension SipHash {
    /// With a key that is drawn from a secret for one purpose, so that it tells nothing of those for others.
    init(secret: [UInt8], purpose: String) {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Data(purpose.utf8), outputByteCount: 16)
        let octets = unsafe key.withUnsafeBytes { unsafe Array($0) }
        self.init((Self.word(octets[..<8]), Self.word(octets[8...])))
    }

    private static func word(_ octets: ArraySlice<UInt8>) -> UInt64 {
        octets.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
