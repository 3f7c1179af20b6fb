import Mustache
import SignIn

/// The texts of the pages in one language, each under a key: what the folder `Texts` holds for it.
struct Catalogue: Sendable {
    let language: Language
    private let texts: [String: String]

    /// - Throws: ``PortalFault/texts(file:line:)``.
    init(_ language: Language) throws(PortalFault) {
        self.language = language
        var texts: [String: String] = [:]
        let folder = "Texts/\(language.rawValue)/"
        for (path, text) in EmbeddedFiles.texts where path.hasPrefix(folder) {
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                guard !line.isEmpty, !line.hasPrefix("#") else { continue }
                let parts = line.split(separator: " = ", maxSplits: 1)
                guard parts.count == 2, texts.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                    throw .texts(file: path, line: number + 1)
                }
            }
        }
        self.texts = texts
    }

    var keys: Set<String> { Set(texts.keys) }

    /// A text; the key itself, in brackets, when there is none.
    ///
    /// - Parameter values: of the places in it, such as `{count}`.
    func callAsFunction(_ key: String, _ values: [String: String] = [:]) -> String {
        guard let text = texts[key] else { return "[\(key)]" }
        guard !values.isEmpty else { return text }
        // In one pass, so that no value is taken for a place.
        var (result, rest) = ("", text[...])
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            result += values[name] ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    fileprivate func holds(_ key: String) -> Bool { texts[key] != nil }
}

/// `{{t.sign-in.title}}` in a template is the text `sign-in.title`.
struct CatalogueNode: MustacheParent, CustomStringConvertible {
    let catalogue: Catalogue
    var key = ""

    func child(named name: String) -> Any? {
        let longer = key.isEmpty ? name : "\(key).\(name)"
        return catalogue.holds(longer) ? catalogue(longer) : CatalogueNode(catalogue: catalogue, key: longer)
    }

    var description: String { catalogue(key) }
}
