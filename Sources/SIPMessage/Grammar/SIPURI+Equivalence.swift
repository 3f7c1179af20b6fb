extension SIPURI {
    /// RFC 3261 §19.1.4: whether two URIs name the same resource, as a registrar compares contacts. tel: URIs are
    /// compared by RFC 3966 §4, without regard to visual separators. URIs of other schemes never are equivalent: what
    /// they say is not kept.
    package func isEquivalent(to other: SIPURI) -> Bool {
        guard scheme == other.scheme else { return false }
        switch scheme {
        case .sip where self == other, .sips where self == other, .tel where self == other:
            // What names a parameter twice, against §19.1.1, is at least the same as itself.
            return true
        case .sip, .sips:
            return port == other.port && Self.key(user) == Self.key(other.user)
                && Self.key(password) == Self.key(other.password) && isSameHost(as: other)
                && covers(other) && other.covers(self) && hasSameHeaders(as: other)
        case .tel:
            return Self.dialled(user) == Self.dialled(other.user) && hasSameParameters(as: other)
        case .other: return false
        }
    }

    /// The octets that a part stands for: an escaped NUL is one of them.
    private static func key(_ part: String?) -> [UInt8]? { part.map { Escaping.normalizedBytes($0) } }

    private static func valueKey(_ part: String?) -> [UInt8] {
        Escaping.normalizedBytes(part ?? "").map(ASCII.lowercased)
    }

    private func isSameHost(as other: SIPURI) -> Bool {
        if host == other.host || host.lowercased() == other.host.lowercased() { return true }
        guard let address = IPAddress(host) else { return false }
        return address == IPAddress(other.host)
    }

    /// Parameters in both must match; of those in one only, these five never may be.
    private func covers(_ other: SIPURI) -> Bool {
        parameters.allSatisfy { mine in
            let name = mine.name.lowercased()
            guard let theirs = other.parameter(name) else {
                return !["user", "ttl", "method", "maddr", "transport"].contains(name)
            }
            // Methods are case-sensitive (§7.1), whatever else a value is.
            if name == "method" { return Self.key(mine.value) == Self.key(theirs.value) }
            return Self.valueKey(mine.value) == Self.valueKey(theirs.value)
        }
    }

    /// Header components are never ignored, but may come in any order.
    private func hasSameHeaders(as other: SIPURI) -> Bool {
        guard headers.count == other.headers.count else { return false }
        var rest = other.headers.map { (Self.valueKey($0.name), Self.key($0.value)) }
        for header in headers {
            let wanted = (Self.valueKey(header.name), Self.key(header.value))
            guard let match = rest.firstIndex(where: { $0 == wanted }) else { return false }
            rest.remove(at: match)
        }
        return true
    }

    private static func dialled(_ number: String?) -> [UInt8] {
        (number ?? "").utf8.filter { !"-.()".utf8.contains($0) }.map(ASCII.lowercased)
    }

    private func hasSameParameters(as other: SIPURI) -> Bool {
        parameters.count == other.parameters.count
            && parameters.allSatisfy { mine in
                guard let theirs = other.parameter(mine.name.lowercased()) else { return false }
                return Self.valueKey(mine.value) == Self.valueKey(theirs.value)
            }
    }
}
