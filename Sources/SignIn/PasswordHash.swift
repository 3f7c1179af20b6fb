internal import Crypto
internal import CryptoExtras
import Foundation

/// A password as it is kept: scrypt (RFC 7914) with its own salt and the cost that it was made with.
///
/// Making and checking one takes about a third of a second and 128 MiB at ``ScryptCost/recommended``: both belong on
/// a bounded pool of threads.
package struct PasswordHash: Hashable, Sendable {
    /// Octets of UTF-8. Longer input is refused before any work is put into it.
    package static let passwordLimit = 1024

    static let saltLength = 16
    static let keyLength = 32

    package let cost: ScryptCost
    private let salt: [UInt8]
    private let key: [UInt8]

    /// Hashes a new password. Whether it is good enough is ``PasswordRule``'s to say.
    ///
    /// - Throws: ``SignInError/emptyPassword``, ``SignInError/passwordTooLong(limit:)``,
    ///   ``SignInError/hashingFailed(reason:)``.
    package init(
        of password: String, cost: ScryptCost = .recommended, using generator: inout some RandomNumberGenerator
    ) throws(SignInError) {
        guard !password.isEmpty else { throw .emptyPassword }
        guard password.utf8.count <= Self.passwordLimit else { throw .passwordTooLong(limit: Self.passwordLimit) }
        let salt = generator.octets(Self.saltLength)
        let key = try Self.derive(password, salt: salt, cost: cost)
        self.init(cost: cost, salt: salt, key: key.octets)
    }

    private init(cost: ScryptCost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// Whether this is the password of an account.
    ///
    /// It takes the same time and gives the same answer whether the password is wrong or there is no account, so that
    /// nobody can find out which accounts there are. (A hash of a former cost takes the time of that cost: see
    /// ``needsRehash(cost:)``.) An empty password and one above ``passwordLimit`` are wrong at once, for every account.
    ///
    /// - Parameters:
    ///   - hash: nil: there is no such account, or it has no password.
    ///   - cost: what hashes are made with now; the work that is done where there is none.
    /// - Throws: ``SignInError/hashingFailed(reason:)``.
    package static func isPassword(
        _ password: String, of hash: PasswordHash?, cost: ScryptCost = .recommended
    ) throws(SignInError) -> Bool {
        guard !password.isEmpty, password.utf8.count <= passwordLimit else { return false }
        let known = hash ?? decoy(cost)
        let derived = try derive(password, salt: known.salt, cost: known.cost)
        // Crypto compares keys in constant time.
        let isEqual = derived == SymmetricKey(data: known.key)
        return isEqual && hash != nil
    }

    /// Whether it was made with another cost than hashes are made with now. Only a right password can be hashed
    /// anew: at a sign-in.
    package func needsRehash(cost: ScryptCost = .recommended) -> Bool { self.cost != cost }

    private static func decoy(_ cost: ScryptCost) -> PasswordHash {
        PasswordHash(
            cost: cost, salt: [UInt8](repeating: 0, count: saltLength), key: [UInt8](repeating: 0, count: keyLength))
    }

    private static func derive(_ password: String, salt: [UInt8], cost: ScryptCost) throws(SignInError)
        -> SymmetricKey
    {
        do {
            return try KDF.Scrypt.deriveKey(
                from: Array(OpaqueString.prepared(password).utf8), salt: salt, outputByteCount: keyLength,
                rounds: cost.rounds, blockSize: cost.blockSize, parallelism: cost.parallelism)
        } catch {
            throw .hashingFailed(reason: "\(error)")
        }
    }
}

extension PasswordHash: StoredText {
    private static let form = "password hash"

    /// `$scrypt$ln=17,r=8,p=1$salt$key`, salt and key in base64 without padding: the PHC string format, in which
    /// other programs keep scrypt hashes too. The name of the function is its version.
    package var stored: String {
        "$scrypt$\(cost)$\(BaseEncoding.base64.text(salt))$\(BaseEncoding.base64.text(key))"
    }

    package init(stored: String) throws(SignInError) {
        let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else {
            throw .unreadable(form: Self.form, reason: "it does not begin with $scrypt$")
        }
        guard let salt = BaseEncoding.base64.octets(parts[3]), (8...64).contains(salt.count),
            let key = BaseEncoding.base64.octets(parts[4]), key.count == Self.keyLength
        else { throw .unreadable(form: Self.form, reason: "its salt or its key is not whole") }
        self.init(cost: try Self.cost(parts[2]), salt: salt, key: key)
    }

    private static func cost(_ text: Substring) throws(SignInError) -> ScryptCost {
        var numbers: [Int] = []
        for (field, name) in zip(text.split(separator: ",", omittingEmptySubsequences: false), ["ln=", "r=", "p="]) {
            guard field.hasPrefix(name), let number = Int(field.dropFirst(name.count)) else { break }
            numbers.append(number)
        }
        guard numbers.count == 3, "ln=\(numbers[0]),r=\(numbers[1]),p=\(numbers[2])" == text else {
            throw .unreadable(form: form, reason: "its cost is not of the form ln=17,r=8,p=1")
        }
        return try ScryptCost(exponent: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
    }
}

extension PasswordHash: CustomStringConvertible {
    /// Without salt and key, so that no log holds them.
    package var description: String { "PasswordHash(\(cost))" }
}
