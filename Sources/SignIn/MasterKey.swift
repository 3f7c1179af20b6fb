internal import Crypto
import Foundation

/// The key that second factors are sealed with and codes are hashed with. It comes from a key file, which is not in the
/// database: who has only the one or the other has nothing.
package struct MasterKey: Sendable, CustomStringConvertible {
    package static let length = 32

    /// What a key is used for. Each use has a key of its own, derived (RFC 5869), so that what is made for one use says
    /// nothing about another.
    enum Use: String {
        case identifier, sealing, codes
    }

    /// 16 hexadecimal digits that follow from the key: with them a sealed secret names its key, and nobody has to give
    /// keys names.
    package let id: String
    private let key: SymmetricKey

    /// - Parameter octets: what the key file holds: 32 random octets.
    /// - Throws: ``SignInError/keyLength(found:needed:)``.
    package init(octets: [UInt8]) throws(SignInError) {
        guard octets.count == Self.length else { throw .keyLength(found: octets.count, needed: Self.length) }
        key = SymmetricKey(data: octets)
        id = Self.derive(.identifier, from: key, count: 8).octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
    }

    func key(for use: Use) -> SymmetricKey { Self.derive(use, from: key, count: Self.length) }

    private static func derive(_ use: Use, from key: SymmetricKey, count: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Data("tsunagi sign-in 1 \(use.rawValue)".utf8), outputByteCount: count)
    }

    package var description: String { "MasterKey(\(id))" }
}

/// The key that is used now, and former ones, with which older secrets can still be opened until they are sealed anew.
package struct KeyRing: Sendable {
    package let current: MasterKey
    private let keys: [String: MasterKey]

    package init(current: MasterKey, former: [MasterKey] = []) {
        self.current = current
        keys = Dictionary((former + [current]).map { ($0.id, $0) }) { _, later in later }
    }

    package func has(id: String) -> Bool { keys[id] != nil }

    /// - Throws: ``SignInError/unknownKey(id:)``.
    func key(id: String) throws(SignInError) -> MasterKey {
        guard let key = keys[id] else { throw .unknownKey(id: id) }
        return key
    }
}
