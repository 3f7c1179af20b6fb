internal import SIPMessage

/// The extensions of a REGISTER that the registrar must know or refuse (RFC 3261 §8.2.2.3). It knows Path.
enum RegistrationExtensions {
    private static let known: Set<String> = ["path"]

    static func check(_ request: SIPMessage) throws(RegistrationRefusal) {
        let required = try tags(.require, of: request)
        let unknown = required.filter { !known.contains($0.lowercased()) }
        guard unknown.isEmpty else { throw .unsupported(unknown) }
        guard request.first(.path) != nil else { return }
        // A Path that the phone does not know of was put in by somebody in between; RFC 3327 §5.3 recommends to
        // refuse it, so that the phone learns of it.
        let supported = try tags(.supported, of: request) + required
        guard supported.contains(where: { $0.lowercased() == "path" }) else { throw .unsupported(["path"]) }
    }

    private static func tags(_ name: HeaderName, of request: SIPMessage) throws(RegistrationRefusal) -> [String] {
        var tags: [String] = []
        for element in request.elements(name) where !element.range.isEmpty {
            guard request.bytes[element.range].allSatisfy(ASCII.isToken) else { throw .malformed(name) }
            tags.append(request.text(element.range))
        }
        return tags
    }
}
