import Hummingbird
import Mustache
import SignIn

/// A page: what one template shows.
protocol Page: Sendable {
    /// The template's path below `Templates`, without its ending.
    static var template: String { get }
    /// What the browser's window is called.
    func title(_ words: Catalogue) -> String
}

/// Makes pages of templates and texts, all of which are read once, when the server starts.
struct PageRenderer: Sendable {
    private let library: MustacheLibrary
    private let japanese: Catalogue
    private let english: Catalogue

    /// - Throws: ``PortalFault``.
    init() throws {
        var library = MustacheLibrary()
        for (path, text) in EmbeddedFiles.texts {
            guard let name = Self.templateName(path) else { continue }
            do {
                try library.register(text, named: name)
            } catch {
                throw PortalFault.template(name: name, reason: "\(error)")
            }
        }
        self.library = library
        japanese = try Catalogue(.japanese)
        english = try Catalogue(.english)
    }

    static func templateName(_ path: String) -> String? {
        path.hasPrefix("Templates/") && path.hasSuffix(".mustache")
            ? String(path.dropFirst("Templates/".count).dropLast(".mustache".count)) : nil
    }

    func words(_ language: Language) -> Catalogue {
        switch language {
        case .japanese: japanese
        case .english: english
        }
    }

    /// - Parameter isRefused: the page's form was sent, and comes back: the window's title says so first of all.
    /// - Throws: ``PortalFault`` for a page without a template.
    func html<Content: Page>(_ page: Content, in frame: PageFrame, isRefused: Bool) throws -> String {
        let words = words(frame.language)
        let title = page.title(words)
        let sheet = Sheet(
            t: CatalogueNode(catalogue: words),
            title: isRefused ? words("layout.failed-title", ["title": title]) : title, frame: frame, page: page)
        guard let html = library.render(ShownValue.of(sheet) ?? sheet, withTemplate: Content.template) else {
            throw PortalFault.template(name: Content.template, reason: "there is none")
        }
        return Markup.keepingNumbersWhole(html)
    }

    /// What templates see: the texts, what is around the page, and the page.
    private struct Sheet<Content: Page> {
        let t: CatalogueNode
        let title: String
        let frame: PageFrame
        let page: Content
    }
}
