import ControlPlane
import Foundation
import Hummingbird
import SignIn

/// A portal user at one of the portal's pages, for the time of a request.
struct PortalVisit: Sendable {
    let guest: Guest
    let user: PortalUserState
    let words: Catalogue

    var session: ControlSession { guest.session }

    var isAdministrator: Bool { guest.isPortalAdministrator }

    /// Every time is shown in it.
    var zone: TimeZone { guest.zone ?? .gmt }
}

extension Guest {
    /// ポータル管理者.
    var isPortalAdministrator: Bool { principal.role.kind == .portalAdministrator }

    /// The person's own, which portal users have.
    var zone: TimeZone? { user?.zone }
}

extension PortalUserState {
    /// Nil: one that this machine does not know.
    var zone: TimeZone? { TimeZone(identifier: profile.timeZone) }
}

/// What stands in the portal's menu.
enum PortalPlace: String, CaseIterable {
    case dashboard
    /// サービスメニュー.
    case menu
    /// サービス管理.
    case services
    /// ポータル管理者向け.
    case administration
    /// 変更履歴.
    case history

    /// Below the portal's own path.
    var path: String { self == .dashboard ? "" : "/\(rawValue)" }

    var link: String { Door.portal.base + path }
}

/// What was done just before, and is said on the page that follows.
enum PortalNotice: String {
    case added, saved, suspended, resumed, unlocked, invited, reset, removed
    case resetLink = "reset-link"
    case groupAdded = "group-added"
}

extension WebServices {
    /// Who is at a page of the portal.
    ///
    /// - Throws: ``PortalError/signInNeeded(_:)``.
    func portalVisit(_ request: Request, _ context: PortalContext) async throws -> PortalVisit {
        let guest = try await guest(at: .portal, request, context)
        guard let user = guest.user else { throw PortalError.signInNeeded(.portal) }
        return PortalVisit(guest: guest, user: user, words: words(context))
    }

    /// A page of the portal with its menu.
    ///
    /// - Parameter place: in the menu; nil: it is in none.
    func portalPage(
        _ page: some Page, at place: PortalPlace?, _ visit: PortalVisit, _ request: Request, _ context: PortalContext,
        status: HTTPResponse.Status = .ok, notices: [PageFrame.Notice] = []
    ) throws -> Response {
        let done = request.method == .get ? try request.query()["done"].flatMap(PortalNotice.init(rawValue:)) : nil
        let said = done.map { PageFrame.Notice(text: visit.words("portal.notice.\($0.rawValue)"), isBad: false) }
        let frame = self.frame(
            .portal, request, context, guest: visit.guest,
            menu: Door.portal.menu(visit.words, at: place?.link ?? "", for: visit.guest),
            notices: notices + [said].compactMap(\.self))
        return try self.page(page, in: frame, status: status)
    }
}
