/// How much work a password hash is (RFC 7914 §2).
package struct ScryptCost: Hashable, Sendable, CustomStringConvertible {
    /// OWASP's Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1. Takes 128 MiB for the time of a hash.
    package static let recommended = ScryptCost(trusted: 17, blockSize: 8, parallelism: 1)
    /// A stored hash that asks for more is not run: one altered line could stop the server.
    package static let memoryLimit = 1 << 30

    /// log2 of N.
    package let exponent: Int
    /// r.
    package let blockSize: Int
    /// p.
    package let parallelism: Int

    /// - Parameters:
    ///   - exponent: log2 of N, 1 to 20.
    ///   - blockSize: r, 1 to 16.
    ///   - parallelism: p, 1 to 16.
    /// - Throws: ``SignInError/scryptCost(_:)`` outside these ranges, and above ``memoryLimit``.
    package init(exponent: Int, blockSize: Int = 8, parallelism: Int = 1) throws(SignInError) {
        self.init(trusted: exponent, blockSize: blockSize, parallelism: parallelism)
        guard (1...20).contains(exponent), (1...16).contains(blockSize), (1...16).contains(parallelism),
            // RFC 7914 §2: N is less than 2^(128 * r / 8).
            exponent < 16 * blockSize, memory <= Self.memoryLimit
        else { throw .scryptCost(description) }
    }

    private init(trusted exponent: Int, blockSize: Int, parallelism: Int) {
        self.exponent = exponent
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// Octets that one hash takes while it runs.
    package var memory: Int { 128 * blockSize * (rounds + parallelism) }

    /// N.
    var rounds: Int { 1 << exponent }

    package var description: String { "ln=\(exponent),r=\(blockSize),p=\(parallelism)" }
}
