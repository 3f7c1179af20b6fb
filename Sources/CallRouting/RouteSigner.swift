internal import Crypto
internal import Foundation
internal import SIPMessage

/// Signs the notes in our Record-Route URIs, and conceals the contact of a hidden caller.
struct RouteSigner: Sendable {
    /// The URI parameter that holds the note.
    static let parameterName = "tsu"
    /// The user part of a concealed contact begins so.
    static let concealedPrefix = "tsu."

    /// Keyed once: a copy of it begins each signature.
    private let keyed: HMAC<SHA256>
    private let sealingKey: SymmetricKey

    init(secret: [UInt8]) {
        let root = SymmetricKey(data: secret)
        keyed = HMAC<SHA256>(
            key: HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data("route".utf8), outputByteCount: 32))
        sealingKey = HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data("contact".utf8), outputByteCount: 32)
    }

    /// The parameter's value for a dialog with this Call-ID.
    func value(_ note: RouteNote, callID: ArraySlice<UInt8>) -> [UInt8] {
        var value: [UInt8] = []
        value.reserveCapacity(40)
        note.append(to: &value)
        let code = code(value[...], callID)
        value.append(UInt8(ascii: "-"))
        Hex.append(code, to: &value)
        return value
    }

    /// Reads a value back; nil if it is not ours or belongs to another Call-ID.
    func note(_ value: String, callID: ArraySlice<UInt8>) -> RouteNote? {
        let value = Array(value.utf8)
        guard value.count > 2 * Self.codeLength + 1 else { return nil }
        let end = value.count - 2 * Self.codeLength - 1
        let head = value[..<end]
        var expected: [UInt8] = []
        expected.reserveCapacity(2 * Self.codeLength)
        Hex.append(code(head, callID), to: &expected)
        guard value[end] == UInt8(ascii: "-"), Self.equals(expected, value[(end + 1)...]) else { return nil }
        return RouteNote(head)
    }

    /// Octets of a signature: 96 bits of HMAC-SHA-256.
    private static let codeLength = 12

    private func code(_ head: ArraySlice<UInt8>, _ callID: ArraySlice<UInt8>) -> [UInt8] {
        var hmac = keyed
        var signed: [UInt8] = []
        signed.reserveCapacity(head.count + 1 + callID.count)
        signed.append(contentsOf: head)
        signed.append(0)
        signed.append(contentsOf: callID)
        hmac.update(data: signed)
        return unsafe hmac.finalize().withUnsafeBytes { unsafe Array($0.prefix(Self.codeLength)) }
    }

    /// In constant time.
    private static func equals(_ one: [UInt8], _ other: ArraySlice<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        var position = other.startIndex
        for octet in one {
            difference |= octet ^ other[position]
            position += 1
        }
        return difference == 0
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
