import ControlPlane
import Hummingbird
import SignIn

/// One user: what is kept of them, and what an administrator does when something is amiss.
struct UserCareController: Sendable {
    let services: WebServices

    /// What is done at once, because it can be taken back, or harms nobody.
    private enum Deed: String, CaseIterable {
        case resume, unlock, invite
        case resetLink = "reset-link"

        var notice: PortalNotice {
            switch self {
            case .resume: .resumed
            case .unlock: .unlocked
            case .invite: .invited
            case .resetLink: .resetLink
            }
        }

        func perform(on email: String, _ session: ControlSession) throws {
            switch self {
            case .resume: _ = try session.resumeUser(email)
            case .unlock: _ = try session.unlockUser(email)
            case .invite: _ = try session.inviteUser(email)
            case .resetLink: _ = try session.sendResetLink(toUser: email)
            }
        }
    }

    /// What is asked for once more before it is done.
    private enum GraveDeed: String, CaseIterable {
        case suspend
        case resetTOTP = "reset-totp"
        case remove

        var notice: PortalNotice {
            switch self {
            case .suspend: .suspended
            case .resetTOTP: .reset
            case .remove: .removed
            }
        }

        func perform(on email: String, _ session: ControlSession) throws {
            switch self {
            case .suspend: _ = try session.suspendUser(email)
            case .resetTOTP: _ = try session.resetTOTP(ofUser: email)
            case .remove: _ = try session.removeUser(email)
            }
        }
    }

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/users/:user") { try await show($0, $1) }
        for deed in Deed.allCases {
            router.post("/portal/users/:user/\(deed.rawValue)") { request, context in
                try await perform(request, context) { user, session in
                    try deed.perform(on: user.profile.email, session)
                    return "/portal/users/\(user.id)?done=\(deed.notice.rawValue)"
                }
            }
        }
        for deed in GraveDeed.allCases {
            router.get("/portal/users/:user/\(deed.rawValue)") { try await confirm(deed, $0, $1) }
            router.post("/portal/users/:user/\(deed.rawValue)") { request, context in
                try await perform(request, context) { user, session in
                    try deed.perform(on: user.profile.email, session)
                    let path = deed == .remove ? "/portal/users" : "/portal/users/\(user.id)"
                    return "\(path)?done=\(deed.notice.rawValue)"
                }
            }
        }
    }

    private func show(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let user = try await user(visit, context)
        return try services.portalPage(page(of: user, visit), at: .administration, visit, request, context)
    }

    private func confirm(_ deed: GraveDeed, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let (user, words) = (try await user(visit, context), visit.words)
        let page = ConfirmPage(
            heading: words("user.\(deed.rawValue).heading"),
            parent: PageFrame.Link(path: "/portal/users/\(user.id)", text: user.profile.name),
            lead: words("user.\(deed.rawValue).lead"),
            facts: [
                .init(name: words("profile.name"), value: user.profile.name),
                .init(name: words("profile.email"), value: user.profile.email),
            ], warning: words("user.\(deed.rawValue).warning"), removes: deed == .remove,
            action: "/portal/users/\(user.id)/\(deed.rawValue)")
        return try services.portalPage(page, at: .administration, visit, request, context)
    }

    /// Does it, or shows the user's page with the reason why not.
    ///
    /// - Parameter work: gives the page that comes after it.
    private func perform(
        _ request: Request, _ context: PortalContext,
        _ work: @escaping @Sendable (PortalUserState, ControlSession) throws -> String
    ) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let user = try await user(visit, context)
        do {
            return services.redirect(to: try await services.workers.run { try work(user, visit.session) })
        } catch let refusal as ControlError where refusal.asPage == nil {
            return try services.portalPage(
                page(of: user, visit), at: .administration, visit, request, context, status: .unprocessableContent,
                notices: [PageFrame.Notice(text: refusal.userText(visit.words), isBad: true)])
        }
    }

    private func user(_ visit: PortalVisit, _ context: PortalContext) async throws -> PortalUserState {
        let id = context.parameters.get("user") ?? ""
        return try await services.workers.run { try visit.session.user(id: id) }
    }

    private func page(of user: PortalUserState, _ visit: PortalVisit) -> UserPage {
        UserPage(user, isOwn: user.id == visit.user.id, in: visit.zone, visit.words)
    }
}
