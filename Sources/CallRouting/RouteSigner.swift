internal import Crypto
internal import Foundation
internal import SIPMessage

/// What our Record-Route carries from the first request of a dialog to the later ones, so that it holds even after a
/// restart: proof that the dialog was set up through us, and whether its caller is hidden.
struct RouteNote: Equatable {
    /// The hash of the From tag of a caller whose number is withheld (184); nil: nobody is hidden.
    var hiddenTag: UInt64?
}

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
    func value(_ note: RouteNote, callID: ArraySlice<UInt8>) -> String {
        let head = note.hiddenTag.map { "h" + String($0, radix: 16) } ?? "p"
        return head + "-" + mac(head, callID)
    }

    /// Reads a value back; nil if it is not ours or belongs to another Call-ID.
    func note(_ value: String, callID: ArraySlice<UInt8>) -> RouteNote? {
        guard let dash = value.lastIndex(of: "-") else { return nil }
        let head = String(value[..<dash])
        guard Self.equals(mac(head, callID), String(value[value.index(after: dash)...])) else { return nil }
        if head == "p" { return RouteNote() }
        guard head.hasPrefix("h"), let tag = UInt64(head.dropFirst(), radix: 16) else { return nil }
        return RouteNote(hiddenTag: tag)
    }

    private func mac(_ head: String, _ callID: ArraySlice<UInt8>) -> String {
        var hmac = keyed
        var signed: [UInt8] = []
        signed.reserveCapacity(head.utf8.count + 1 + callID.count)
        signed.append(contentsOf: head.utf8)
        signed.append(0)
        signed.append(contentsOf: callID)
        hmac.update(data: signed)
        return unsafe hmac.finalize().withUnsafeBytes { code in unsafe Hex.text(code.prefix(12)) }
    }

    /// In constant time.
    private static func equals(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(one.utf8, other.utf8) { difference |= left ^ right }
        return difference == 0
    }

    /// A tag as it stands in a note.
    static func hash(ofTag tag: ArraySlice<UInt8>) -> UInt64 {
        SHA256.hash(data: Array(tag)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A user part that only we can turn back into the contact's URI.
    func conceal(_ contact: ArraySlice<UInt8>, callID: ArraySlice<UInt8>) -> String? {
        guard let box = try? ChaChaPoly.seal(Array(contact), using: sealingKey, authenticating: Array(callID)) else {
            return nil
        }
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
