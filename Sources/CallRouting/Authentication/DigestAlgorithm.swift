internal import Crypto
internal import SIPMessage

/// The algorithms that are offered, the preferred one first (RFC 8760 §2.2).
enum DigestAlgorithm: CaseIterable, Sendable {
    case sha256, md5

    /// As it stands in a challenge.
    var name: String { self == .sha256 ? "SHA-256" : "MD5" }
    var hexLength: Int { self == .sha256 ? 64 : 32 }

    /// Nil: not offered. Case does not matter.
    init?(_ name: String) {
        guard let algorithm = Self.allCases.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            return nil
        }
        self = algorithm
    }

    /// `H(parts joined by colons)` in lower-case hex (RFC 7616 §3.3).
    func hash(_ parts: String...) -> String {
        var data: [UInt8] = []
        data.reserveCapacity(parts.reduce(parts.count) { $0 + $1.utf8.count })
        for part in parts {
            data.append(contentsOf: part.utf8)
            data.append(ASCII.colon)
        }
        data.removeLast()
        return switch self {
        case .sha256: unsafe SHA256.hash(data: data).withUnsafeBytes { unsafe Hex.text($0) }
        case .md5: unsafe Insecure.MD5.hash(data: data).withUnsafeBytes { unsafe Hex.text($0) }
        }
    }
}
