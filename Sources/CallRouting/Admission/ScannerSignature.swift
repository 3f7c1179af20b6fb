internal import SIPMessage

/// Programs that look for servers to break into and say so: what their User-Agent begins with. Whoever hides it is found
/// by what they do.
enum ScannerSignature {
    private static let names: [[UInt8]] = [
        "friendly-scanner", "friendly-request", "sipvicious", "sipcli", "sip-scan", "sipscan", "sundayddr",
        "vaxsipuseragent",
        "pplsip", "iwar", "smap", "gulp", "siparmyknife", "elastixscan",
    ].map { Array($0.utf8) }

    static func matches(_ request: SIPMessage) -> Bool {
        guard let field = request.first(.userAgent) else { return false }
        let value = request.bytes[field.value]
        return names.contains { name in
            guard value.count >= name.count else { return false }
            return zip(value, name).allSatisfy { ASCII.lowercased($0) == $1 }
        }
    }
}
