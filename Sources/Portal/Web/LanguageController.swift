import Hummingbird
import SignIn

/// The other language, on every page.
struct LanguageController: Sendable {
    private static let path = "/language"

    let services: WebServices
    /// Of all sites.
    let paths: RoutedPaths

    func addRoutes(to router: Router<PortalContext>) {
        router.post(RouterPath(Self.path)) { try choose($0, $1) }
    }

    private func choose(_ request: Request, _ context: PortalContext) throws -> Response {
        guard let language = context.form["language"].flatMap(Language.init(rawValue:)) else {
            throw PortalError.unreadableForm
        }
        return services.redirect(
            to: paths.page(of: Self.path(context.form["back"] ?? "/")), cookies: [services.languageCookie(language)])
    }

    /// A page of ours, or the first one: the form must not be a way to somebody else's site.
    private static func path(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
        return isPlain && text.hasPrefix("/") && !text.hasPrefix("//") ? text : "/"
    }
}

extension WebServices {
    private static let languageSeconds = 365 * 24 * 3600

    /// The browser is shown what it asks for again: the next person may be another one.
    var endOfLanguageCookie: Cookie { endOfCookie(VisitMiddleware.languageCookie, path: "/") }

    /// Keeps the language that a browser is shown from now on.
    func languageCookie(_ language: Language) -> Cookie {
        cookie(VisitMiddleware.languageCookie, language.rawValue, path: "/", maxAge: Self.languageSeconds)
    }
}
