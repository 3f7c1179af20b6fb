import ControlPlane
import SignIn

/// One of the sites, as a browser comes to it: where it lies, and which cookies are its own. Each has a session of its own,
/// so that one browser can have several open.
struct Door: Equatable, Sendable {
    let site: SignInSite
    /// Of every path of the site.
    let base: String
    /// An administrator's window onto a login ID's screens, which has a session of its own.
    let isRepresentation: Bool

    static let administrator = Door(site: .administrator, base: "/oa")
    static let user = Door(site: .user, base: "/ou")
    static let portal = Door(site: .portal, base: "/portal")

    private init(site: SignInSite, base: String, isRepresentation: Bool = false) {
        self.site = site
        self.base = base
        self.isRepresentation = isRepresentation
    }

    /// 代理設定: each login ID has a window of its own.
    ///
    /// - Parameter session: the id of the session that the window has.
    static func representation(_ session: String) -> Door {
        Door(site: .user, base: "/ou/for/\(session)", isRepresentation: true)
    }

    var sessionCookie: String { "tsunagi\(base.replacing("/", with: "-"))" }

    var signInCookie: String { "\(sessionCookie)-sign-in" }

    /// Where one goes who has no session: into a representation's window no way leads but from the administrator site.
    var signInPath: String { isRepresentation ? "\(base)/ended" : "\(base)/sign-in" }

    /// The texts of the site begin with that.
    var key: String {
        switch site {
        case .administrator: "administrator"
        case .user: "user"
        case .portal: "portal"
        }
    }
}
