import Hummingbird
import SignIn

/// What a request carries with it.
struct PortalContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The IP address that the request comes from; behind a proxy that is trusted, that of whoever sent it there.
    var address: String
    /// Whether it came by TLS, to us or to such a proxy.
    var isSecure = false
    var language = Language.japanese
    /// Whether somebody has chosen that language in this browser.
    var hasChosenLanguage = false
    /// Names this browser to the forms that it is given; nil: a program.
    var visitor: VisitorToken?
    /// Whether it was given its name just now: it has no form of ours yet.
    var isNewVisitor = false
    /// What was typed into a form.
    var form = FormFields()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}
