internal import Crypto
import Foundation

/// Ten codes for the day the second factor is lost, each of which works once. They are shown when they are made; kept
/// are salted hashes only.
///
/// A code has 80 random bits: nobody finds it from its hash, so that these hashes need no key and survive every change
/// of keys.
package struct RecoveryCodes: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case accepted(left: Int)
        /// Never one of them, or used before.
        case wrong
        /// Not sixteen letters and digits.
        case notACode
    }

    package static let count = 10

    private static let octets = 10
    private static let saltLength = 16
    private static let groupLength = 4

    private let salt: [UInt8]
    /// Nil: used.
    private var hashes: [[UInt8]?]

    /// Makes new ones; those from before are void when these are kept in their place.
    ///
    /// - Returns: the codes as they are shown (`0123-4567-89AB-CDEF`), and what is kept.
    package static func issue(using generator: inout some RandomNumberGenerator)
        -> (codes: [String], kept: RecoveryCodes)
    {
        let salt = generator.octets(saltLength)
        let codes = (0..<count).map { _ in BaseEncoding.crockford.text(generator.octets(octets)) }
        return (codes.map(grouped), RecoveryCodes(salt: salt, hashes: codes.map { hash($0, salt: salt) }))
    }

    private init(salt: [UInt8], hashes: [[UInt8]?]) {
        self.salt = salt
        self.hashes = hashes
    }

    /// How many are left.
    package var left: Int { hashes.count { $0 != nil } }

    /// Judges what a person typed: case, blanks, hyphens, full width, and the letters that look like 0 and 1 are
    /// forgiven. An accepted code counts only when the changed value is kept.
    package mutating func check(_ typed: String) -> Outcome {
        guard let code = Self.bare(typed) else { return .notACode }
        let presented = SymmetricKey(data: Self.hash(code, salt: salt))
        var matching: Int?
        // All ten, every time; Crypto compares keys in constant time.
        for (index, hash) in hashes.enumerated() where SymmetricKey(data: hash ?? []) == presented { matching = index }
        guard let matching else { return .wrong }
        hashes[matching] = nil
        return .accepted(left: left)
    }

    private static func bare(_ typed: String) -> String? {
        guard typed.utf8.count <= 128 else { return nil }
        let code = HalfWidth.text(typed).uppercased().compactMap { character -> Character? in
            switch character {
            case " ", "-": nil
            case "O": "0"
            case "I", "L": "1"
            default: character
            }
        }
        let text = String(code)
        return BaseEncoding.crockford.octets(text)?.count == octets ? text : nil
    }

    private static func grouped(_ code: String) -> String {
        let characters = Array(code)
        return stride(from: 0, to: characters.count, by: groupLength)
            .map { String(characters[$0..<min($0 + groupLength, characters.count)]) }.joined(separator: "-")
    }

    private static func hash(_ code: String, salt: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: Data(salt) + Data(code.utf8)))
    }
}

extension RecoveryCodes: StoredText {
    /// `recovery/1 salt=… hashes=…,-,…`: SHA-256 of salt and code in base64url, a hyphen for one that was used.
    package var stored: String {
        var fields = StoredFields("recovery")
        fields.set("salt", salt)
        fields.append(
            "hashes", hashes.map { $0.map(BaseEncoding.base64URL.text) ?? "-" }.joined(separator: ","))
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "recovery")
        salt = try fields.octets("salt", count: Self.saltLength)
        hashes = []
        for word in try fields.word("hashes").split(separator: ",", omittingEmptySubsequences: false) {
            let hash = word == "-" ? nil : BaseEncoding.base64URL.octets(word)
            guard word == "-" || hash?.count == SHA256.byteCount else { throw fields.malformed("hashes") }
            hashes.append(hash)
        }
        guard hashes.count == Self.count else { throw fields.malformed("hashes") }
        try fields.finish()
    }
}
