extension SIPURI {
    /// RFC 3261 §19.1.4: whether two URIs name the same resource, as a registrar compares contacts.
    package func isEquivalent(to other: SIPURI) -> Bool {
        guard scheme == other.scheme, port == other.port, password == other.password,
            host.lowercased() == other.host.lowercased(),
            Self.bytes(user) == Self.bytes(other.user)
        else { return false }
        return covers(other) && other.covers(self)
    }

    /// Parameters in both must match; of those in one only, these four never may be.
    private func covers(_ other: SIPURI) -> Bool {
        parameters.allSatisfy { mine in
            let name = mine.name.lowercased()
            guard let theirs = other.parameter(name) else {
                return !["user", "ttl", "method", "maddr", "transport"].contains(name)
            }
            return Escaping.decoded(mine.value ?? "").lowercased() == Escaping.decoded(theirs.value ?? "").lowercased()
        }
    }

    /// The octets that the user part stands for: an escaped NUL is one of them.
    private static func bytes(_ user: String?) -> [UInt8]? {
        user.map { Escaping.decodedBytes($0) }
    }
}
