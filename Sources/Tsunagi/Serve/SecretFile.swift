import Storage

/// The secret that signs routes: 32 octets in the data directory, made once, so that what was signed holds over a
/// restart.
enum SecretFile {
    private static let length = 32

    /// - Throws: ``StorageError``.
    static func read(in directory: DataDirectory) throws -> [UInt8] {
        try KeyFile.octets(named: "secret", count: length, in: directory)
    }

    /// What the forms of the web sites are sealed with: so a form that was open over a restart can still be sent.
    ///
    /// - Throws: ``StorageError``.
    static func forWeb(in directory: DataDirectory) throws -> [UInt8] {
        try KeyFile.octets(named: "web.key", count: length, in: directory)
    }

    /// A secret that nobody has: what it signs holds for as long as it is remembered.
    static func random() -> [UInt8] {
        (0..<length).map { _ in UInt8.random(in: .min ... .max) }
    }
}
