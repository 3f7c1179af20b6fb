import Hummingbird
import SignIn

/// The other language, on every page.
struct LanguageController: Sendable {
    private static let keptSeconds = 365 * 24 * 3600

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.post("/language") { try choose($0, $1) }
    }

    private func choose(_ request: Request, _ context: PortalContext) throws -> Response {
        guard let language = context.form["language"].flatMap(Language.init(rawValue:)) else {
            throw PortalError.unreadableForm
        }
        let cookie = services.cookie(
            VisitMiddleware.languageCookie, language.rawValue, path: "/", maxAge: Self.keptSeconds)
        return services.redirect(to: Self.path(context.form["back"] ?? "/"), cookies: [cookie])
    }

    /// A page of ours, or the first one: the form must not be a way to somebody else's site.
    private static func path(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
        return isPlain && text.hasPrefix("/") && !text.hasPrefix("//") ? text : "/"
    }
}
