internal import Crypto
import Foundation

/// A secret encrypted at rest: ChaCha20-Poly1305 (RFC 8439) under the key file's key.
///
/// The account is associated data: a line that is copied to another account's row does not open there.
package struct SealedSecret: Hashable, Sendable {
    private static let nonceLength = 12
    private static let tagLength = 16
    /// Longer than any second factor's.
    private static let limit = 4096

    /// ``MasterKey/id`` of the key that it was sealed with.
    package let keyID: String
    /// Nonce, ciphertext, tag.
    private let box: [UInt8]

    /// - Parameter account: what identifies the account for ever: not a name that can change.
    /// - Throws: ``SignInError/secretTooLong(limit:)`` above 4,096 octets.
    package init(
        sealing secret: [UInt8], of account: String, with keys: KeyRing,
        using generator: inout some RandomNumberGenerator
    ) throws(SignInError) {
        let key = keys.current
        guard secret.count <= Self.limit else { throw .secretTooLong(limit: Self.limit) }
        do {
            let sealed = try ChaChaPoly.seal(
                secret, using: key.key(for: .sealing), nonce: .init(data: generator.octets(Self.nonceLength)),
                authenticating: Self.context(account, keyID: key.id))
            box = Array(sealed.combined)
        } catch {
            throw .sealBroken(account: account)
        }
        keyID = key.id
    }

    /// - Throws: ``SignInError/unknownKey(id:)``; ``SignInError/sealBroken(account:)`` when it was altered or belongs
    ///   to another account.
    package func open(for account: String, with keys: KeyRing) throws(SignInError) -> [UInt8] {
        let key = try keys.key(id: keyID)
        do {
            return Array(
                try ChaChaPoly.open(
                    ChaChaPoly.SealedBox(combined: box), using: key.key(for: .sealing),
                    authenticating: Self.context(account, keyID: keyID)))
        } catch {
            throw .sealBroken(account: account)
        }
    }

    /// Whether it was sealed with a former key: then it is opened and sealed anew when it is next at hand.
    package func needsResealing(with keys: KeyRing) -> Bool { keyID != keys.current.id }

    private static func context(_ account: String, keyID: String) -> Data { Data("sealed/1 \(keyID) \(account)".utf8) }
}

extension SealedSecret: StoredText {
    /// `sealed/1 key=0123456789abcdef box=…`: nonce, ciphertext and tag in base64url.
    package var stored: String {
        var fields = StoredFields("sealed")
        fields.append("key", keyID)
        fields.set("box", box)
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "sealed")
        keyID = String(try fields.word("key"))
        box = try fields.octets("box", count: nil)
        try fields.finish()
        guard keyID.utf8.count == 16,
            keyID.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw fields.malformed("key") }
        let overhead = Self.nonceLength + Self.tagLength
        guard (overhead...overhead + Self.limit).contains(box.count) else { throw fields.malformed("box") }
    }
}
